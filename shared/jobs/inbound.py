"""Jobs that apply what vendors told us."""

from datetime import timedelta
from uuid import UUID

from shared.inbound.applying import Verdict, apply_notice
from shared.jobs.registry import Job, TryLater, task

LOOK_AGAIN = timedelta(seconds=20)
# Five minutes of patience at that pace, and some for a vendor that does not answer.
ATTEMPTS = 30


@task("apply_inbox", attempts=ATTEMPTS)
def apply_inbox(job: Job, *, inbox_id: UUID) -> None:
    """Apply one notification; it comes back while what it speaks of is not known yet."""
    if apply_notice(job, inbox_id=inbox_id) is Verdict.LATER:
        raise TryLater(LOOK_AGAIN, "unknown reference")
