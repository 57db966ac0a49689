"""Hours in words and as bars: the week in force, the weeks to come, the days that differ."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from shared.booking.agenda import clocks_change
from shared.booking.day_changes import Change
from shared.booking.hours import Range
from shared.booking.weeks import MIDNIGHT, Stretch, Week
from shared.booking.zones import local_day, zone
from shared.web.formats import WEEKDAYS, clock_time, day, duration, short_day, when
from shared.web.i18n import gettext as _

if TYPE_CHECKING:
    from shared.models.appointment import Appointment

MINUTES_A_DAY = 1440


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day: its name, its hours in words, and bars in minutes of the day."""

    name: str
    words: str
    bars: list[tuple[int, int]]
    hours: float


@dataclass(frozen=True, slots=True)
class WeekCard:
    """A week that holds over some days."""

    title: str
    first: date
    lines: list[DayLine]
    total: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A day that differs."""

    id: UUID
    days: str
    what: str
    note: str
    tone: str


@dataclass(frozen=True, slots=True)
class Outside:
    """A booked visit that a change would leave outside: when, and its reference."""

    when: str
    reference: str
    on: str


def present_week(week: Week, today: date) -> WeekCard:
    """A week in force, in words."""
    if week.until is not None:
        title = _("%(first)s to %(last)s", first=_said(week.first), last=_said(week.until))
    else:
        title = _("From %(first)s", first=_said(week.first))
    if week.first <= today:
        title = (
            _("Now, until %(last)s", last=_said(week.until))
            if week.until
            else _("Now, until further notice")
        )
    return WeekCard(title, week.first, week_lines(week.stretches), _total(week.stretches))


def week_lines(stretches: Iterable[Stretch]) -> list[DayLine]:
    """Seven days, the closed ones too."""
    kept = list(stretches)
    return [_line(str(WEEKDAYS[day]), [s for s in kept if s.weekday == day]) for day in range(7)]


def present_preview(
    days: Sequence[tuple[date, list[Range]]], zone_id: str, today: date
) -> list[DayLine]:
    """Days of the calendar with exceptions and clock changes applied."""
    found = []
    for on, ranges in days:
        words = ", ".join(
            f"{clock_time(each.starts_at, zone_id)} \N{EN DASH} {clock_time(each.ends_at, zone_id)}"
            for each in ranges
        )
        bars = [_bar(each, on, zone_id) for each in ranges]
        hours = sum((each.ends_at - each.starts_at for each in ranges), timedelta())
        name = _("Today") if on == today else short_day(on)
        found.append(DayLine(name, words or _("Closed"), bars, hours.total_seconds() / 3600))
    return found


def clock_note(first: date, zone_id: str) -> str | None:
    """A sentence when the clocks change in the seven days from `first` on."""
    for on, moved in clocks_change(first, zone(zone_id)):
        minutes = abs(int(moved.total_seconds())) // 60
        words = (
            _("The clocks go forward by %(much)s on %(day)s.")
            if moved > timedelta()
            else _("The clocks go back by %(much)s on %(day)s.")
        )
        told = words % {"much": duration(minutes), "day": day(on)}
        return told + " " + _("Hours stay as the clock on the wall shows them.")
    return None


def present_change(change: Change) -> ChangeLine:
    """An entry in words."""
    days = _said(change.first)
    if change.until != change.first:
        days = _("%(first)s to %(last)s", first=_said(change.first), last=_said(change.until))
    hours = _hours(change.opens, change.closes)
    if change.is_open:
        return ChangeLine(change.id, days, _("Open %(hours)s", hours=hours), change.reason, "good")
    what = _("Closed %(hours)s", hours=hours) if change.opens else _("Closed all day")
    return ChangeLine(change.id, days, what, change.reason, "warn")


def present_outside(rows: "Sequence[Appointment]", zone_id: str) -> list[Outside]:
    """Visits by time and reference: whose they are is not the owner's to see here."""
    return [
        Outside(
            when(row.starts_at, zone_id),
            row.reference,
            local_day(row.starts_at, zone(zone_id)).isoformat(),
        )
        for row in rows
    ]


def summary(stretches: Iterable[Stretch]) -> str:
    """ "Monday, Tuesday, Thursday: 32 hours a week"."""
    kept = list(stretches)
    days = [str(WEEKDAYS[day])[:3] for day in range(7) if any(s.weekday == day for s in kept)]
    return f"{', '.join(days)}: {_total(kept)}" if days else _("No hours yet")


def _total(stretches: Iterable[Stretch]) -> str:
    minutes = sum(_until(each.closes) - _at(each.opens) for each in stretches)
    hours = f"{minutes / 60:.1f}".removesuffix(".0")
    return _("%(hours)s hours a week", hours=hours)


def _line(name: str, stretches: list[Stretch]) -> DayLine:
    words = ", ".join(_hours(each.opens, each.closes) for each in stretches)
    bars = [(_at(each.opens), _until(each.closes) - _at(each.opens)) for each in stretches]
    return DayLine(name, words or _("Closed"), bars, sum(width for _x, width in bars) / 60)


def _hours(opens: time | None, closes: time | None) -> str:
    if opens is None or closes is None:
        return ""
    on = date(2027, 1, 4)
    first, last = datetime.combine(on, opens), datetime.combine(on, closes)
    return f"{clock_time(first)} \N{EN DASH} {clock_time(last)}"


def _bar(each: Range, on: date, zone_id: str) -> tuple[int, int]:
    where = zone(zone_id)
    start = each.starts_at.astimezone(where)
    end = each.ends_at.astimezone(where)
    until = MINUTES_A_DAY if end.date() > on else _at(end.time())
    return _at(start.time()), max(until - _at(start.time()), 0)


def _at(wall: time) -> int:
    return wall.hour * 60 + wall.minute


def _until(wall: time) -> int:
    return MINUTES_A_DAY if wall == MIDNIGHT else _at(wall)


def _said(on: date) -> str:
    return day(on, weekday=False)
