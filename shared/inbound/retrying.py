"""Handing dead letters back, and applying what came in once more: harmless however often."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.access.inbox import access_letter, list_letter_ids
from shared.access.principal import Principal
from shared.adapters.payments.errors import PaymentsError
from shared.adapters.sns.subscription import SubscriptionFailed
from shared.attention import settle_item
from shared.events import act
from shared.inbound.applying import apply_notice
from shared.models.inbox import Inbox
from shared.practices.work import VendorWork
from shared.queue import defer


def retry_letter(session: Session, *, inbox_id: UUID, by: Principal) -> Inbox:
    """Dead to received, and ask for it to be applied; any other is left as it is.

    Raises NotFound.
    """
    row = access_letter(session, viewer=by, inbox_id=inbox_id, lock=True)
    if row.status == "dead":
        row.status, row.last_error, row.applied_at = "received", None, None
        row.retried_at, row.retried_by = clock.now(), by.account_id
        act(session, "inbox.retried", target=row, source=row.source, kind=row.kind)
        defer(session, "apply_inbox", queueing_lock=f"inbox:{row.id}", inbox_id=row.id)
        settle_item(session, "dead_letter", subject=("inbox", row.id), by=by)
    return row


def replay(work: VendorWork, *, since: datetime, until: datetime) -> dict[str, int]:
    """Apply everything that came in between two moments again, in its order.

    What was applied before changes nothing; what was dead gets another chance. Returns how many
    were looked at, and of how many the vendor gave no answer.
    """
    statuses = ("received", "applied", "ignored", "dead")
    with work.session() as session:
        found = list_letter_ids(
            session,
            viewer=work.principal,
            since=since,
            until=until,
            statuses=statuses,
            limit=100_000,
        )
    counts = {"applied": 0, "unanswered": 0}
    for inbox_id in found:
        with work.session() as session:
            retry_letter(session, inbox_id=inbox_id, by=work.principal)
        try:
            apply_notice(work, inbox_id=inbox_id, again=True)
        except (PaymentsError, SubscriptionFailed):
            counts["unanswered"] += 1
        else:
            counts["applied"] += 1
    return counts
