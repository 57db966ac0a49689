"""Whom a practice's mail comes from: its own row, or the adapter's hardcoded default, loudly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, MultipleResultsFound
from sqlalchemy.orm import Session

from shared import clock
from shared.adapters.email.letter import Sender
from shared.adapters.email.ses import FALLBACK_SENDER
from shared.events import act
from shared.models.sender import MessageSender

_ADDRESS = re.compile(r"[!-;=?A-~]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
LONGEST_ADDRESS = 254
LONGEST_NAME = 60

log = structlog.get_logger(__name__)


def check_sender(name: object, address: object, reply_to: object = None) -> str | None:
    """The field that makes no sense, as a code; None when the sender can be used."""
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME:
        return "bad_name"
    if not name.isprintable():
        return "bad_name"
    if not _is_address(address):
        return "bad_address"
    if reply_to is not None and not _is_address(reply_to):
        return "bad_reply_to"
    return None


def resolve_sender(session: Session) -> Sender:
    """The practice's sender for mail; the fallback when there is none or it cannot be used.

    Whatever is wrong with the row or its table (garbage, dropped, no rights) costs the practice's
    own name on the mail, never the mail.
    """
    try:
        with session.begin_nested():
            row = _find_sender(session)
    except (DBAPIError, MultipleResultsFound):
        return _fallback("unreadable")
    if row is None:
        return _fallback("no_row")
    problem = check_sender(row.name, row.address, row.reply_to)
    if problem:
        return _fallback(problem)
    return Sender(row.name, row.address, source="row", reply_to=row.reply_to)


def sender_of(proposal: Mapping[str, Any]) -> Sender:
    """A proposed sender, for a test mail before it is in force. Raises ValueError."""
    name, address, reply_to = (proposal.get(key) for key in ("name", "address", "reply_to"))
    problem = check_sender(name, address, reply_to)
    if problem:
        raise ValueError(problem)
    return Sender(str(name), str(address), source="row", reply_to=reply_to)


def set_sender(
    session: Session, *, practice_id: UUID, name: str, address: str, reply_to: str | None = None
) -> MessageSender:
    """Give a practice its own sender for mail; the earlier one ends. The address must be verified
    at the vendor. Flushes. Raises ValueError for something that cannot be a sender."""
    problem = check_sender(name, address, reply_to)
    if problem:
        raise ValueError(f"a sender needs a name and an address: {problem}")
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


def list_senders(session: Session, *, practice_id: UUID) -> list[MessageSender]:
    """Every sender the practice had for mail, newest first."""
    return list(
        session.scalars(
            select(MessageSender)
            .where(MessageSender.practice_id == practice_id, MessageSender.channel == "email")
            .order_by(MessageSender.created_at.desc(), MessageSender.id.desc())
        )
    )


def _fallback(problem: str) -> Sender:
    log.warning("sender.fallback", reason=problem)
    return replace(FALLBACK_SENDER, problem=problem)


def _is_address(text: object) -> bool:
    return (
        isinstance(text, str)
        and len(text) <= LONGEST_ADDRESS
        and _ADDRESS.fullmatch(text) is not None
    )


def _find_sender(session: Session) -> MessageSender | None:
    return session.scalars(
        select(MessageSender)
        .where(MessageSender.channel == "email")
        .where(MessageSender.ended_at.is_(None))
    ).one_or_none()
