"""What somebody says to be found: a name, a birthday, a number, an address or a reference."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from shared import clock
from shared.keyring import normalise_email, normalise_phone

SHORTEST_NAME = 3
REFERENCE = re.compile(r"[A-Z]{2}\d-?\d{2}[A-Z]{2}", re.IGNORECASE)
TAIL = re.compile(r"\d{4}")
# As they are said in the United States, then as machines write them.
DATE_FORMATS = ("%m/%d/%Y", "%Y/%m/%d", "%m/%d/%y", "%B/%d/%Y", "%b/%d/%Y", "%d/%B/%Y", "%d/%b/%Y")
ALL_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4})")
# Scripts without letter case, where one or two signs are a whole name.
DENSE = re.compile(r"[\u2e80-\uffdc]|[\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Said:
    """Exactly one of them."""

    name: str | None = None
    born: date | None = None
    phone: str | None = None
    phone_tail: str | None = None
    email: str | None = None
    reference: str | None = None


def read_said(text: str, name_key: str) -> Said | None:
    """What a text can mean; None for what is too short, or nothing that can be sought."""
    text = " ".join(text.split())
    if "@" in text:
        return Said(email=normalise_email(text))
    if (born := read_date(text)) is not None:
        return Said(born=born)
    if REFERENCE.fullmatch(text):
        spoken = text.upper().replace("-", "")
        return Said(reference=f"{spoken[:3]}-{spoken[3:]}")
    if TAIL.fullmatch(text.lstrip("*.x ")):
        return Said(phone_tail=text[-4:])
    try:
        return Said(phone=normalise_phone(text))
    except ValueError:
        return _name(name_key)


def _name(key: str) -> Said | None:
    if not any(letter.isalnum() for letter in key):
        return None
    if len(key) >= SHORTEST_NAME or DENSE.search(key):
        return Said(name=key)
    # Two letters can be all of a name ("Ng"), never the beginning of one.
    return Said(name=f"{key} ") if len(key) == SHORTEST_NAME - 1 else None


def read_date(text: str) -> date | None:
    """A day as people write it: 3/14/1987, 3-14-87, March 14 1987, 14 Mar 1987, 1987-03-14."""
    if found := ALL_DIGITS.fullmatch(text):
        text = "/".join(found.groups())
    plain = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text.casefold())
    plain = "/".join(re.split(r"[\s.,/-]+", plain.strip()))
    for form in DATE_FORMATS:
        try:
            read = datetime.strptime(plain, form).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
        # Two digits mean the past: nobody is born in a year to come.
        today = clock.now().date()
        if "%y" in form and read > today:
            return read.replace(year=read.year - 100)
        return read if read.year >= 1850 else None
    return None
