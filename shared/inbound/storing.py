"""Storing a verified notification, once, and asking for it to be applied."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared import clock
from shared.access.principal import Principal
from shared.adapters.payments.values import VendorEvent
from shared.db import Context, open_session
from shared.events import act
from shared.models.inbox import Inbox
from shared.models.practice import Practice
from shared.queue import defer

ONCE = "uq_inbox_event"


def store(
    *,
    source: str,
    vendor_event_id: str,
    kind: str,
    body: str,
    practice_id: UUID,
    meant_for: UUID | None,
) -> None:
    """Keep a notification under the practice it is meant for; a repeat changes nothing.

    The vendors' accounts serve every practice of this server, so the practice is the one our own
    label names, not the one whose host was called; without a label of ours, the latter.
    """
    for candidate in (meant_for, practice_id):
        if candidate is None:
            continue
        try:
            with open_session(_context(candidate)) as session:
                if _exists(session, candidate):
                    _insert(session, candidate, source, vendor_event_id, kind, body)
                    return
        except IntegrityError as error:
            if ONCE in str(error.orig):
                return
            raise


def insert(session: Session, practice_id: UUID, source: str, event: VendorEvent, body: str) -> None:
    """Keep news that was found in the vendor's list, as if it had arrived."""
    _insert(session, practice_id, source, event.id, event.type[:80], body)


def _context(practice_id: UUID) -> Context:
    return Principal.job(practice_id, "webhook").context()


def _exists(session: Session, practice_id: UUID) -> bool:
    return session.scalar(select(Practice.id).where(Practice.id == practice_id)) is not None


def _insert(
    session: Session, practice_id: UUID, source: str, vendor_event_id: str, kind: str, body: str
) -> None:
    known = session.scalar(
        select(Inbox.id).where(
            Inbox.practice_id == practice_id,
            Inbox.source == source,
            Inbox.vendor_event_id == vendor_event_id,
        )
    )
    if known is not None:
        return
    row = Inbox(
        practice_id=practice_id,
        source=source,
        vendor_event_id=vendor_event_id,
        kind=kind,
        body=body,
        status="received",
        attempts=0,
        received_at=clock.now(),
    )
    session.add(row)
    act(session, "inbox.received", target=row, source=source, kind=kind)
    defer(session, "apply_inbox", inbox_id=row.id)
