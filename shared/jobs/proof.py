"""Work on the proof of the log: seal it, archive it, verify it, erase what is past its time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from shared import clock
from shared.attention import raise_item
from shared.jobs.registry import Job, every, task
from shared.proof import reading
from shared.proof.archiving import archive_log as archive_days
from shared.proof.drills import sign_noted
from shared.proof.erasing import erase_log as erase_payloads
from shared.proof.forms import PLATFORM
from shared.proof.sealing import seal_log as seal_entries
from shared.proof.verifying import verified_today, verify_log
from shared.proof.work import LogBroken

log = structlog.get_logger(__name__)

# Local time from which the night's verification is due; it runs once a day, late if need be.
NIGHT_BEGINS = timedelta(hours=1)


@contextmanager
def told(job: Job) -> Iterator[None]:
    """A log that is not what it was is an alarm in the logs and an item before the owner."""
    try:
        yield
    except LogBroken as broken:
        log.critical(
            "log.broken", practice_id=str(job.practice_id), count=len(broken.findings) or 1
        )
        if job.practice_id != PLATFORM:
            with job.session() as session:
                raise_item(session, "log_broken", once=True)
        raise


@every(20, platform=True)
def seal_log(job: Job) -> None:
    """Make the checkpoints that are due: every minute, or every thousand entries."""
    with told(job):
        seal_entries(job)


@every(600, platform=True)
def archive_log(job: Job) -> None:
    """Archive the days that are over."""
    with told(job):
        archive_days(job)


@every(900, platform=True)
def verify_log_nightly(job: Job) -> None:
    """Verify chain, checkpoints and archives once a local day."""
    with job.session() as session:
        zone = ZoneInfo(reading.zone_of(session, job.practice_id))
        local = clock.now().astimezone(zone)
        due = timedelta(hours=local.hour) >= NIGHT_BEGINS
        if not due or verified_today(session, practice_id=job.practice_id):
            return
    with told(job):
        verify_log(job)


@task("verify_log", attempts=1)
def verify_log_now(job: Job) -> None:
    """Verify everything because somebody asked."""
    with told(job):
        verify_log(job, whole=True)


@task("sign_restore_report")
def sign_restore_report(job: Job, verification_id: UUID) -> None:
    """Sign the report of a drill that was held by a task that may not sign, and lock it away."""
    sign_noted(job, verification_id)


@every(3600, platform=True)
def erase_log(job: Job) -> None:
    """Erase contents whose retention period is over."""
    erase_payloads(job)
