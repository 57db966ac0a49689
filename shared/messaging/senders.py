"""Whom a practice's mail comes from: its own row, or the adapter's hardcoded default, loudly."""

from __future__ import annotations

import re
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.adapters.email.letter import Sender
from shared.adapters.email.ses import FALLBACK_SENDER
from shared.events import act
from shared.models.sender import MessageSender

_ADDRESS = re.compile(r"[!-;=?A-~]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)

log = structlog.get_logger(__name__)


def resolve_sender(session: Session) -> Sender:
    """The practice's sender for mail; the fallback when there is none or it cannot be used."""
    row = _find_sender(session)
    if row is None:
        log.warning("sender.fallback", reason="no_row")
        return FALLBACK_SENDER
    if not _ADDRESS.fullmatch(row.address):
        log.warning("sender.fallback", reason="bad_address")
        return FALLBACK_SENDER
    return Sender(row.name, row.address, source="row", reply_to=row.reply_to)


def set_sender(
    session: Session, *, practice_id: UUID, name: str, address: str, reply_to: str | None = None
) -> MessageSender:
    """Give a practice its own sender for mail; the earlier one ends. The address must be verified
    at the vendor. Flushes. Raises ValueError for something that is no address."""
    if not _ADDRESS.fullmatch(address):
        raise ValueError("a sender needs an e-mail address")
    earlier = _find_sender(session)
    if earlier is not None:
        earlier.ended_at = clock.now()
        act(session, "message_sender.changed", target=earlier)
    row = MessageSender(
        practice_id=practice_id,
        channel="email",
        name=name,
        address=address,
        reply_to=reply_to,
        created_at=clock.now(),
    )
    session.add(row)
    act(session, "message_sender.changed", target=row)
    return row


def _find_sender(session: Session) -> MessageSender | None:
    return session.scalars(
        select(MessageSender)
        .where(MessageSender.channel == "email")
        .where(MessageSender.ended_at.is_(None))
    ).one_or_none()
