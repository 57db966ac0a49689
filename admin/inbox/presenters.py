"""A dead letter in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

if TYPE_CHECKING:
    from shared.models.inbox import Inbox

SOURCES = {
    "stripe:practice": _l("Stripe, the practice's account"),
    "stripe:consulting": _l("Stripe, the consulting account"),
    "ses": _l("The mail provider"),
}
REASONS = {
    "unknown reference": _l("It speaks of something we have no record of."),
    "unexpected amount": _l("The amount is not the one that was asked for."),
    "subscription address elsewhere": _l("It asks us to confirm at an address that is not theirs."),
    "not used": _l("It is of a kind we do not use."),
}
KINDS = {
    "checkout": _l("a payment page"),
    "refund": _l("a refund"),
    "charge": _l("a refund"),
    "ses": _l("a mail"),
}
STATUSES = {
    "received": _l("Waiting to be applied"),
    "applied": _l("Applied"),
    "ignored": _l("Put aside"),
    "dead": _l("Could not be applied"),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """What a person needs to decide whether to try again."""

    id: UUID
    source: str
    about: str
    kind: str
    reason: str
    status: str
    is_dead: bool
    received_at: datetime
    attempts: int


def present_letter(row: Inbox) -> Letter:
    """One notification, nothing of its body."""
    about = KINDS.get(row.kind.partition(".")[0].lower())
    return Letter(
        id=row.id,
        source=str(SOURCES.get(row.source, row.source)),
        about=str(about) if about else _("something else"),
        kind=row.kind,
        reason=str(REASONS.get(row.last_error or "", _("It could not be applied."))),
        status=str(STATUSES[row.status]),
        is_dead=row.status == "dead",
        received_at=row.received_at,
        attempts=row.attempts,
    )
