"""Work around visits: rooms are made and removed, doors open, what was forgotten is taken up."""

from uuid import UUID

from shared import clock
from shared.jobs.registry import Job, every, task
from shared.visits import arriving, calls, presence
from shared.visits.watching import watch_visits as look_at_visits


@task("make_room")
def make_room(job: Job, *, room_id: UUID) -> None:
    """Have a room made for a visit."""
    calls.make_room(job, room_id=room_id)


@task("remove_room")
def remove_room(job: Job, *, room_id: UUID) -> None:
    """Delete a room and see that it is gone."""
    calls.remove_room(job, room_id=room_id)


@task("tell_of_unlicensed")
def tell_of_unlicensed(job: Job, *, visit_id: UUID, state: str) -> None:
    """Somebody tried to check in where no licence allows the visit."""
    with job.session() as session:
        arriving.tell_of_unlicensed(session, visit_id=visit_id, state=state, by=job.principal)


@every(15)
def watch_visits(job: Job) -> None:
    """Open doors, settle who is there, follow what was cancelled or moved."""
    with job.session() as session:
        look_at_visits(session, by=job.principal)


@every(60)
def ask_vendor(job: Job) -> None:
    """Ask what became of the rooms in use; notices alone may be lost."""
    calls.ask_vendor(job)


@every(300)
def sweep_rooms(job: Job) -> None:
    """Delete what no visit needs; take up what a dead worker left."""
    calls.sweep_rooms(job)


@every(3600)
def forget_presences(job: Job) -> None:
    """Forget whose page was open when, a day after it was."""
    with job.session() as session:
        presence.forget_presences(session, practice_id=job.practice_id, at=clock.now())
