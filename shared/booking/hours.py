"""When the door is open: weekly hours and their exceptions become ranges of instants."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from shared.booking.zones import instant

MIDNIGHT = time(0, 0)
# More than any horizon; what somebody asks about beyond it is not worth remembering.
DAYS_KEPT = 1000


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """A half-open stretch of time [starts_at, ends_at), both aware."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Range") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def covers(self, other: "Range") -> bool:
        return self.starts_at <= other.starts_at and other.ends_at <= self.ends_at


@dataclass(frozen=True, slots=True)
class Hours:
    """Open every week on `weekday` (Monday is 0) between two wall times.

    `ends` at midnight means the end of the day. The dates, when given, bound its validity.
    """

    weekday: int
    starts: time
    ends: time
    valid_from: date | None = None
    valid_until: date | None = None

    def on(self, day: date) -> bool:
        return (
            day.weekday() == self.weekday
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )


@dataclass(frozen=True, slots=True)
class DayChange:
    """One day that differs: closed (all day or between two times) or open additionally."""

    on: date
    is_open: bool
    starts: time | None = None
    ends: time | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The open ranges of one schedule by day, each worked out once."""

    zone: ZoneInfo
    weekly: tuple[Hours, ...]
    changes: tuple[DayChange, ...]
    _days: dict[date, list[Range]] = field(default_factory=dict)

    def day(self, day: date) -> list[Range]:
        """As `open_ranges`; the list is shared, nobody changes it."""
        found = self._days.get(day)
        if found is None:
            if len(self._days) >= DAYS_KEPT:
                self._days.clear()
            found = self._days[day] = open_ranges(day, self.zone, self.weekly, self.changes)
        return found


@lru_cache(maxsize=256)
def calendar(zone: ZoneInfo, weekly: tuple[Hours, ...], changes: tuple[DayChange, ...]) -> Calendar:
    """The calendar of these very rules: other rules are another calendar, so it is never stale."""
    return Calendar(zone, weekly, changes)


def open_ranges(
    day: date, zone: ZoneInfo, weekly: Iterable[Hours], exceptions: Iterable[DayChange]
) -> list[Range]:
    """The ranges in which the practitioner sees people on that day, merged, in order.

    Extra hours are added to the weekly ones first, then closures are cut out: a closure wins,
    because the mistake of seeing nobody is smaller than that of promising somebody a visit.
    """
    today = [change for change in exceptions if change.on == day]
    opened = [_range(day, zone, hours.starts, hours.ends) for hours in weekly if hours.on(day)]
    opened += [_range(day, zone, change.starts, change.ends) for change in today if change.is_open]
    closed = [
        _range(day, zone, change.starts, change.ends) for change in today if not change.is_open
    ]
    return _without(_merged(opened), closed)


def _range(day: date, zone: ZoneInfo, starts: time | None, ends: time | None) -> Range:
    begin = instant(day, starts or MIDNIGHT, zone)
    if ends is None or ends == MIDNIGHT:
        return Range(begin, instant(day + timedelta(days=1), MIDNIGHT, zone))
    return Range(begin, instant(day, ends, zone))


def _merged(ranges: Sequence[Range]) -> list[Range]:
    merged: list[Range] = []
    for each in sorted(ranges):
        if each.starts_at >= each.ends_at:
            continue
        if merged and each.starts_at <= merged[-1].ends_at:
            merged[-1] = Range(merged[-1].starts_at, max(merged[-1].ends_at, each.ends_at))
        else:
            merged.append(each)
    return merged


def _without(ranges: Sequence[Range], holes: Sequence[Range]) -> list[Range]:
    left = list(ranges)
    for hole in holes:
        left = [piece for each in left for piece in _cut(each, hole)]
    return left


def _cut(whole: Range, hole: Range) -> list[Range]:
    if not whole.overlaps(hole):
        return [whole]
    pieces = (Range(whole.starts_at, hole.starts_at), Range(hole.ends_at, whole.ends_at))
    return [piece for piece in pieces if piece.starts_at < piece.ends_at]
