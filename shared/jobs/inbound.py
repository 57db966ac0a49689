"""Jobs that apply what vendors told us."""

from datetime import timedelta
from uuid import UUID

from shared.inbound.applying import Verdict, apply_notice
from shared.inbound.reconciling import (
    ask_for_forgotten_letters,
    find_missing_payment_news,
    follow_up_mail,
)
from shared.jobs.registry import Job, TryLater, every, task

LOOK_AGAIN = timedelta(seconds=20)
# Five minutes of patience at that pace, and some for a vendor that does not answer.
ATTEMPTS = 30


@task("apply_inbox", attempts=ATTEMPTS)
def apply_inbox(job: Job, *, inbox_id: UUID) -> None:
    """Apply one notification; it comes back while what it speaks of is not known yet."""
    if apply_notice(job, inbox_id=inbox_id) is Verdict.LATER:
        raise TryLater(LOOK_AGAIN, "unknown reference")


@every(120)
def reconcile_stripe(job: Job) -> None:
    """Find payment news that never arrived."""
    find_missing_payment_news(job)
    ask_for_forgotten_letters(job)


@every(60)
def reconcile_mail(job: Job) -> None:
    """Find mails of which nothing was heard."""
    follow_up_mail(job)
