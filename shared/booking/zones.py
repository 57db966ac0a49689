"""Wall clock to instant and back, by the pinned tzdata package and never by the machine's copy.

Two days a year the wall clock is not a line: an hour is skipped in spring and an hour happens
twice in autumn. The rules here are the ones every schedule in Bedside follows:
a wall time inside a skipped hour means the first instant after it; a wall time that happens
twice means the first of the two.
"""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

zoneinfo.reset_tzpath(to=())  # the machine's database may be older than the one we tested with

US_ZONES: tuple[tuple[str, str], ...] = (
    ("America/New_York", "Eastern"),
    ("America/Chicago", "Central"),
    ("America/Denver", "Mountain"),
    ("America/Phoenix", "Arizona"),
    ("America/Los_Angeles", "Pacific"),
    ("America/Anchorage", "Alaska"),
    ("Pacific/Honolulu", "Hawaii"),
    ("America/Puerto_Rico", "Atlantic"),
)
"""The zones a reader chooses from, as people call them."""


class UnknownZone(ValueError):
    """The name is not a time zone of the IANA database."""


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name. Raises UnknownZone for anything else, path tricks included."""
    try:
        return ZoneInfo.no_cache(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:
        raise UnknownZone(name[:60]) from wrong


def zone_label(name: str) -> str:
    """What people call it: "Eastern" for America/New_York, the city's name elsewhere."""
    for known, label in US_ZONES:
        if known == name:
            return label
    return name.rpartition("/")[2].replace("_", " ")


def exists(day: date, at: time, where: ZoneInfo) -> bool:
    """False for a wall time inside the hour that spring skips."""
    wall = datetime.combine(day, at.replace(tzinfo=None))
    there = wall.replace(tzinfo=where).astimezone(UTC).astimezone(where)
    return there.replace(tzinfo=None) == wall


def instant(day: date, at: time, where: ZoneInfo, *, second: bool = False) -> datetime:
    """The UTC instant of a wall time; `second` asks for the later of two (autumn's repeated hour).

    A skipped wall time is the first instant after the gap, so that hours "1:00 to 2:30" and
    "2:30 to 4:00" meet without overlapping on the day that has no 2:30.
    """
    wall = datetime.combine(day, at.replace(tzinfo=None)).replace(tzinfo=where)
    if exists(day, at, where):
        return wall.replace(fold=int(second)).astimezone(UTC)
    before = wall.replace(fold=1).astimezone(UTC)
    after = wall.replace(fold=0).astimezone(UTC)
    offset = before.astimezone(where).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(where).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def readings(day: date, at: time, where: ZoneInfo) -> tuple[datetime, ...]:
    """Every instant at which a clock on that wall shows that time: none, one or two."""
    if not exists(day, at, where):
        return ()
    first, later = instant(day, at, where), instant(day, at, where, second=True)
    return (first,) if first == later else (first, later)


def local_day(at: datetime, where: ZoneInfo) -> date:
    """The calendar day a person in that zone would write for the instant."""
    return at.astimezone(where).date()


def day_bounds(first: date, last: date, where: ZoneInfo) -> tuple[datetime, datetime]:
    """UTC bounds [from, until) of the local days first to last, both included."""
    midnight = time(0, 0)
    return instant(first, midnight, where), instant(last + timedelta(days=1), midnight, where)
