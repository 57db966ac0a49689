"""The switches in words: who is pretended to be down, and what then happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

if TYPE_CHECKING:
    from shared.models.dispatch import Dispatch

WORDS = {
    "ses": (
        _l("Mail"),
        _l(
            "Sign-in mail and test mails go through the second provider at once. Confirmations wait"
            " and are tried again for half an hour. A line under “What needs attention” says so."
        ),
    ),
    "resend": (
        _l("The second mail provider"),
        _l(
            "Nobody notices while mail itself works. Together with mail, nobody can sign in by"
            " mail until one of them is back."
        ),
    ),
    "stripe": (
        _l("Payments"),
        _l(
            "A patient who wants to pay is told to wait a moment, and their time stays held. As"
            " soon as Stripe answers, the page opens. Refunds wait the same way."
        ),
    ),
    "kms": (
        _l("Keys"),
        _l(
            "Records whose key was used a short while ago can still be read. After that, records"
            " are closed until the keys are back. Nothing is lost."
        ),
    ),
    "s3": (
        _l("Files"),
        _l(
            "Documents cannot be stored or opened. Booking, paying and signing in go on. The"
            " event log is sealed later than usual."
        ),
    ),
}
PROVIDERS = {"ses": _l("the first provider"), "resend": _l("the second provider")}
STATUSES = {
    "queued": _l("Waiting"),
    "sending": _l("On its way"),
    "sent": _l("Sent"),
    "delivered": _l("Delivered"),
    "deferred": _l("Delayed"),
    "bounced": _l("Came back"),
    "complained": _l("Reported as unwanted"),
    "suppressed": _l("Withheld"),
    "failed": _l("Not sent"),
    "unknown": _l("Nobody can tell"),
    "skipped": _l("Not sent"),
    "cancelled": _l("Cancelled"),
}


@dataclass(frozen=True, slots=True)
class Switch:
    """One vendor."""

    service: str
    title: str
    effect: str
    on: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class TestMail:
    """How a test mail went."""

    at: datetime
    status: str
    by: str
    sender: str


def present_switches(running: Mapping[str, datetime | None]) -> list[Switch]:
    """Every vendor, with what happens when it is down."""
    return [
        Switch(service, str(title), str(effect), service in running, running.get(service))
        for service, (title, effect) in WORDS.items()
    ]


def present_tests(rows: list[Dispatch]) -> list[TestMail]:
    """The last test mails, newest first."""
    return [
        TestMail(
            at=row.created_at,
            status=str(STATUSES[row.status]),
            by=str(PROVIDERS[row.provider]) if row.provider in PROVIDERS else _("nobody yet"),
            sender=row.sender or "",
        )
        for row in rows
    ]
