"""Work of the calendar: holds that ran out, or that a later one replaced, give their time back."""

from uuid import UUID

from shared.booking import expire_holds as end_expired_holds
from shared.booking.keeping import give_up_hold as end_replaced_hold
from shared.jobs.registry import Job, every, task


@task("give_up_hold")
def give_up_hold(job: Job, *, appointment_id: UUID) -> None:
    """Let go of a time whose patient has since signed in with another."""
    with job.session() as session:
        end_replaced_hold(session, appointment_id=appointment_id, by=job.principal)


@every(20)
def expire_holds(job: Job) -> None:
    """Void every hold whose ten minutes are over."""
    with job.session() as session:
        end_expired_holds(session, by=job.principal)
