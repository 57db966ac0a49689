"""Work around encounters: what waits too long for its note or its summary is found."""

from shared.encounters import waiting
from shared.jobs.registry import Job, every


@every(300)
def watch_encounters(job: Job) -> None:
    """Raise what waits since a day."""
    with job.session() as session:
        waiting.watch_encounters(session, by=job.principal)
