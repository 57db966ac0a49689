"""Work of the doorkeeper: nothing that opened a door once lies about for ever."""

from uuid import UUID

from shared import clock
from shared.attention import raise_item
from shared.auth.sweeping import sweep_sign_ins as sweep
from shared.jobs.registry import Job, every, task


@task("tell_of_guesses")
def tell_of_guesses(job: Job, *, account_id: UUID) -> None:
    """Somebody tries recovery codes of a colleague that are not theirs."""
    with job.session() as session:
        raise_item(session, "codes_guessed", subject=("account", account_id))


@every(3600)
def sweep_sign_ins(job: Job) -> None:
    """Delete expired attempts, challenges, counters and sessions."""
    with job.session() as session:
        sweep(session, practice_id=job.practice_id, at=clock.now())
