"""Whom a practice's mail comes from: its own row, or the adapter's hardcoded default, loudly."""

from __future__ import annotations

import re

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.adapters.email.letter import Sender
from shared.adapters.email.ses import FALLBACK_SENDER
from shared.models.sender import MessageSender

_ADDRESS = re.compile(r"[!-;=?A-~]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)

log = structlog.get_logger(__name__)


def resolve_sender(session: Session) -> Sender:
    """The practice's sender for mail; the fallback when there is none or it cannot be used."""
    row = session.scalars(
        select(MessageSender)
        .where(MessageSender.channel == "email")
        .where(MessageSender.ended_at.is_(None))
    ).one_or_none()
    if row is None:
        log.warning("sender.fallback", reason="no_row")
        return FALLBACK_SENDER
    if not _ADDRESS.fullmatch(row.address):
        log.warning("sender.fallback", reason="bad_address")
        return FALLBACK_SENDER
    return Sender(row.name, row.address, source="row", reply_to=row.reply_to)
