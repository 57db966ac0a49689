"""Work of the calendar: holds that ran out give their time back."""

from shared.booking import expire_holds as end_expired_holds
from shared.jobs.registry import Job, every


@every(20)
def expire_holds(job: Job) -> None:
    """Void every hold whose ten minutes are over."""
    with job.session() as session:
        end_expired_holds(session, by=job.principal)
