"""Changes of settings whose day has come."""

from shared.configuration import apply_due_changes
from shared.jobs.registry import Job, every


@every(60)
def apply_changes(job: Job) -> None:
    """Put into force what has waited for a day and was not withdrawn."""
    with job.session() as session:
        apply_due_changes(session, by=job.principal)
