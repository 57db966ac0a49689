"""Work of the doorkeeper: nothing that opened a door once lies about for ever."""

from shared import clock
from shared.auth.sweeping import sweep_sign_ins as sweep
from shared.jobs.registry import Job, every


@every(3600)
def sweep_sign_ins(job: Job) -> None:
    """Delete expired attempts, challenges, counters and sessions."""
    with job.session() as session:
        sweep(session, practice_id=job.practice_id, at=clock.now())
