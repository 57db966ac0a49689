"""What a mail adapter is given, and the four things that can become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom a mail comes from. `source` says where it was configured: "row" or "fallback".

    `problem` is why a fallback was needed, as a code.
    """

    name: str
    address: str
    source: str
    reply_to: str | None = None
    problem: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person, complete.

    `calendar` is an iCalendar object (RFC 5545) with a METHOD; `tags` are opaque ids only: the
    vendor repeats them in clear in its events.
    """

    to: str
    sender: Sender
    subject: str
    text: str
    html: str
    calendar: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """The vendor has taken it and named it."""

    message_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The vendor has said no for good; the same mail will be refused again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """The vendor has certainly not taken it and may do so later, not before `wait`."""

    reason: str
    wait: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can tell whether the vendor has taken it. Sending again could send twice."""

    reason: str


Outcome = Sent | Refused | Deferred | Unknown
