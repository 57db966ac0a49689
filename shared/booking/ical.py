"""One visit as an iCalendar object: an invitation, its withdrawal, or a file to keep.

RFC 5545 (syntax), RFC 5546 (REQUEST and CANCEL). Nothing clinical is in it: calendars are shared
with employers and families, so the summary names the practice only and the link needs a sign-in.
Times are UTC, which needs no VTIMEZONE and is right in every calendar.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

PRODUCT = "-//Bedside//Portal//EN"
FOLD_AT = 75


class Method(StrEnum):
    """VCALENDAR's METHOD. PUBLISH is the file a person downloads: no guests, no answers."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


@dataclass(frozen=True, slots=True)
class Event:
    """What a calendar needs to know of a visit.

    uid: the same for the life of the visit. sequence: one more on every change of the time.
    organizer, attendee: bare addresses; both are needed for REQUEST and CANCEL.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str
    url: str
    organizer_name: str
    organizer: str = ""
    attendee: str = ""


def calendar(event: Event, *, method: Method, at: datetime) -> bytes:
    """The .ics file as UTF-8 bytes. `at` is the moment of writing (DTSTAMP)."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    lines += [f"METHOD:{method}", "BEGIN:VEVENT", f"UID:{escape(event.uid)}"]
    lines += [f"SEQUENCE:{event.sequence}", f"DTSTAMP:{stamp(at)}"]
    lines += [f"DTSTART:{stamp(event.starts_at)}", f"DTEND:{stamp(event.ends_at)}"]
    lines += [f"SUMMARY:{escape(event.summary)}", f"DESCRIPTION:{escape(event.description)}"]
    lines += [f"URL:{_uri(event.url)}", *_people(event, method)]
    cancelled = method is Method.CANCEL
    lines += [f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}", "TRANSP:OPAQUE"]
    lines += ["CLASS:PRIVATE", *([] if cancelled else _alarm()), "END:VEVENT", "END:VCALENDAR"]
    return "".join(f"{fold(line)}\r\n" for line in lines).encode()


def _people(event: Event, method: Method) -> list[str]:
    if method is Method.PUBLISH and not event.organizer:
        return []
    lines = [f"ORGANIZER;CN={parameter(event.organizer_name)}:mailto:{_uri(event.organizer)}"]
    if method is not Method.PUBLISH:
        who = "CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE"
        lines.append(f"ATTENDEE;{who}:mailto:{_uri(event.attendee)}")
    return lines


def _alarm() -> list[str]:
    return [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Reminder",
        "TRIGGER:-PT15M",
        "END:VALARM",
    ]


def stamp(at: datetime) -> str:
    """RFC 5545 3.3.5 form 2: UTC with a Z."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escape(text: str) -> str:
    """RFC 5545 3.3.11 TEXT: backslash, semicolon, comma and newline; other controls go."""
    clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\\", "\\\\")
    clean = clean.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return "".join(char for char in clean if char == "\t" or _printable(char))


def parameter(text: str) -> str:
    """A parameter value (RFC 5545 3.2, RFC 6868): quoted when it has to be, never breaking out."""
    encoded = text.replace("^", "^^").replace("\r\n", "\n").replace("\r", "\n")
    encoded = encoded.replace("\n", "^n").replace('"', "^'")
    encoded = "".join(char for char in encoded if _printable(char))
    return f'"{encoded}"' if any(char in encoded for char in ":;,") else encoded


def fold(line: str) -> str:
    """RFC 5545 3.1: at most 75 octets a line, a space before each continuation, no torn char."""
    pieces, piece, room = [], "", FOLD_AT
    for char in line:
        size = len(char.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", FOLD_AT - 1
        piece += char
        room -= size
    return "\r\n ".join([*pieces, piece])


def _uri(text: str) -> str:
    return "".join(char for char in text if char.isprintable() and not char.isspace())


def _printable(char: str) -> bool:
    return ord(char) >= 0x20 and ord(char) != 0x7F and not 0xD800 <= ord(char) <= 0xDFFF
