"""Reading times of day and dates as people write them: "9:30", "9.30am", "noon", "3/14/1987"."""

import re
from datetime import date, time

_WRITTEN = re.compile(r"(\d{1,2})(?:[:.h ]?([0-5]\d))?\s*([ap])?\.?\s*(?:m\.?)?")
_DATE = re.compile(r"(\d{1,4})[\s./-]+(\d{1,2})[\s./-]+(\d{1,4})")
_WORDS = {"noon": time(12, 0), "midday": time(12, 0), "midnight": time(0, 0)}


def read_time(written: str) -> time | None:
    """The wall time somebody meant, or None. Without am or pm, 1 to 6 is the afternoon."""
    text = written.strip().lower()
    if text in _WORDS:
        return _WORDS[text]
    found = _WRITTEN.fullmatch(text)
    if found is None or not text.isascii():
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif 1 <= hour <= 6 and not text.startswith("0"):
        hour += 12
    return time(hour, minute) if hour < 24 else None


def read_date(written: str) -> date | None:
    """3/14/1987, 3-14-1987, 3 14 1987 or 1987-03-14; None for anything else."""
    found = _DATE.fullmatch(written.strip())
    if found is None or not written.isascii():
        return None
    first, second, third = (int(part) for part in found.groups())
    year, month, day = (first, second, third) if len(found[1]) == 4 else (third, first, second)
    try:
        return date(year, month, day)
    except ValueError:
        return None
