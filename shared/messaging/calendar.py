"""Invitations: a visit as an iCalendar object (RFC 5545) for a calendar program to keep.

The summary names the practice and nothing else about the visit, for the same reason that the mail
does. A change or a cancellation repeats the uid with a higher sequence (RFC 5546).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.messaging.spoken import plain_name

REQUEST = "REQUEST"
CANCEL = "CANCEL"

FOLD_AT = 75  # octets a line, RFC 5545 section 3.1
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True)
class Visit:
    """The facts of a visit that a calendar needs. Times are aware; `url` leads to the portal."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    practice: str
    url: str
    organizer: str
    attendee: str
    stamped_at: datetime


def invitation(visit: Visit, method: str = REQUEST) -> str:
    """The iCalendar text, CRLF lines folded at 75 octets."""
    practice = plain_name(visit.practice)
    status = "CANCELLED" if method == CANCEL else "CONFIRMED"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Bedside//Visits//EN",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{_text(visit.uid)}",
        f"SEQUENCE:{visit.sequence}",
        f"DTSTAMP:{_instant(visit.stamped_at)}",
        f"DTSTART:{_instant(visit.starts_at)}",
        f"DTEND:{_instant(visit.ends_at)}",
        f"SUMMARY:{_text(f'Visit with {practice}')}",
        f"DESCRIPTION:{_text(f'Details and changes: {visit.url}')}",
        f"URL:{visit.url}",
        f'ORGANIZER;CN="{practice}":mailto:{visit.organizer}',
        f"ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:{visit.attendee}",
        f"STATUS:{status}",
        "CLASS:PRIVATE",
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    return value.translate(_ESCAPES)


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, never inside a character."""
    piece, room = "", FOLD_AT
    for letter in line:
        width = len(letter.encode())
        if width > room:
            yield piece
            piece, room = " ", FOLD_AT - 1
        piece, room = piece + letter, room - width
    yield piece
