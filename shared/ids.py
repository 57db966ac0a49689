"""Identifiers: UUIDv7 for rows, short spoken references for people."""

import secrets
import time
from uuid import UUID

# Letters and digits that cannot be misheard or misread for one another on the phone.
SPOKEN_LETTERS = "ACDEFGHJKMNPQRTUVWXY"
SPOKEN_DIGITS = "2346789"


def new_id() -> UUID:
    """A time-ordered UUID (RFC 9562 version 7): neither Python 3.11 nor PostgreSQL 16 has one."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | secrets.randbits(80)
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)


def age_of(made: UUID) -> int:
    """Seconds since `new_id` made it; 0 for an id from the future or of another kind."""
    if made.version != 7:
        return 0
    return max(0, (time.time_ns() // 1_000_000 - (made.int >> 80)) // 1000)


def new_reference() -> str:
    """What a patient can read out on the phone, such as "HX4-27KA"."""
    head = secrets.choice(SPOKEN_LETTERS) + secrets.choice(SPOKEN_LETTERS)
    digits = "".join(secrets.choice(SPOKEN_DIGITS) for _ in range(3))
    tail = "".join(secrets.choice(SPOKEN_LETTERS) for _ in range(2))
    return f"{head}{digits[0]}-{digits[1:]}{tail}"
