"""Open times as the reader sees them: days of their own zone, a strip of seven, times of one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from flask import request, url_for

from portal.booking.refusals import refusal_words
from shared import booking
from shared.booking.errors import OpenTime
from shared.booking.slots import Refusal, Rule
from shared.booking.zones import (
    US_ZONES,
    UnknownZone,
    day_bounds,
    local_day,
    readings,
    zone,
    zone_label,
)
from shared.web.formats import MONTHS, clock_time, day, short_day, when
from shared.web.i18n import gettext as _
from shared.web.i18n import ngettext
from shared.web.states import state_names

if TYPE_CHECKING:
    from shared.models.visit_type import VisitType

STRIP = 7


@dataclass(frozen=True, slots=True)
class Reader:
    """The zone times are read in, and whether the reader chose it."""

    zone: str
    chosen: bool
    practice_zone: str

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Zones to choose from; the reader's own is always among them."""
        known = list(US_ZONES)
        if self.zone not in dict(known):
            known.append((self.zone, zone_label(self.zone)))
        return known

    @property
    def elsewhere(self) -> str | None:
        """The practice's zone, by name, when it is another one."""
        return zone_label(self.practice_zone) if self.zone != self.practice_zone else None


@dataclass(frozen=True, slots=True)
class Choice:
    """One start as a button."""

    value: str
    label: str
    spoken: str
    who: str


@dataclass(frozen=True, slots=True)
class DayLink:
    """One day of the strip."""

    on: date
    label: str
    count: int
    spoken: str
    current: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """One reason, and the times of the day that it takes away."""

    words: str
    times: list[str]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the page of open times shows."""

    visit: "VisitType"
    reader: Reader
    chosen: date
    title: str
    span: str
    days: list[DayLink]
    earlier: date | None
    later: date | None
    groups: list[tuple[str, list[Choice]]]
    announcement: str
    next_day: date | None
    states: str
    refused: list["Refused"]

    def href(self, on: date, endpoint: str = "portal.booking_show") -> str:
        """The page of another day, in the same zone."""
        zone_name = self.reader.zone if self.reader.chosen else None
        query = {"day": on.isoformat(), "zone": zone_name, **came_from()}
        return url_for(endpoint, slug=self.visit.slug, **query)  # type: ignore[arg-type]  # text, all of it


Search = Callable[[datetime, datetime], list[OpenTime]]
WhyNot = Callable[[datetime, datetime], list[tuple[datetime, Refusal]]]


def came_from() -> dict[str, str]:
    """What the public site's link said of where the visit began, for the links of this page."""
    return {name: request.args[name][:100] for name in ("from", "via") if name in request.args}


def choose_reader(wanted: str | None, practice_zone: str) -> Reader:
    """The zone somebody asked for, when it is one; the practice's otherwise."""
    try:
        return Reader(zone(wanted or "").key, True, practice_zone)
    except UnknownZone:
        return Reader(practice_zone, False, practice_zone)


def read_day(written: str | None) -> date | None:
    """The day of an address; None for anything that is none."""
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        return None


def present_board(
    visit: "VisitType",
    reader: Reader,
    *,
    wanted: date | None,
    today: date,
    next_time: datetime | None,
    search: Search,
    refused: WhyNot,
) -> Board:
    """The strip that holds the day, and the day's times."""
    where = zone(reader.zone)
    last = today + timedelta(days=visit.horizon_days + 1)
    first_open = local_day(next_time, where) if next_time else today
    chosen = min(max(wanted or first_open, today), last)
    start = today + timedelta(days=(chosen - today).days // STRIP * STRIP)
    found = search(*day_bounds(start, start + timedelta(days=STRIP - 1), where))
    by_day: dict[date, list[OpenTime]] = {}
    for each in found:
        by_day.setdefault(local_day(each.starts_at, where), []).append(each)
    times = by_day.get(chosen, [])

    def rest() -> list[date]:
        ahead = (
            search(*day_bounds(start + timedelta(days=STRIP), last, where)) if start < last else []
        )
        return [local_day(each.starts_at, where) for each in ahead[:1]]

    return Board(
        visit=visit,
        reader=reader,
        chosen=chosen,
        title=day(chosen),
        span=_span(start, min(start + timedelta(days=STRIP - 1), last)),
        days=[
            _day_link(on, len(by_day.get(on, [])), on == chosen)
            for on in (start + timedelta(days=offset) for offset in range(STRIP))
            if on <= last
        ],
        earlier=start - timedelta(days=STRIP) if start > today else None,
        later=start + timedelta(days=STRIP) if start + timedelta(days=STRIP) <= last else None,
        groups=_groups(times, reader.zone),
        announcement=_counted(len(times), chosen),
        next_day=None
        if times or next_time is None
        else _next_day(chosen, by_day, first_open, rest),
        states=state_names(sorted(visit.states)),
        refused=_by_reason(refused(*day_bounds(chosen, chosen, where)), reader.zone),
    )


def present_choice(each: OpenTime, zone_name: str) -> Choice:
    """A start as a button of its own, with its day."""
    return Choice(
        value=each.starts_at.isoformat(),
        label=when(each.starts_at, zone_name),
        spoken=when(each.starts_at, zone_name),
        who=each.practitioner_name,
    )


def _next_day(
    chosen: date, by_day: Mapping[date, object], first_open: date, rest: Callable[[], list[date]]
) -> date:
    """The first open day after the chosen one; where there is none, the first of all."""
    later = [on for on in (*by_day, first_open) if on > chosen] or rest()
    return min(later, default=first_open)


def _day_link(on: date, count: int, current: bool) -> DayLink:
    return DayLink(on, short_day(on), count, _counted(count, on), current)


def _span(first: date, last: date) -> str:
    """ "20 to 26 November", "28 November to 4 December": the days of a strip."""
    until = f"{last.day} {MONTHS[last.month - 1]}"
    begin = (
        f"{first.day}" if first.month == last.month else f"{first.day} {MONTHS[first.month - 1]}"
    )
    return _("%(first)s to %(last)s", first=begin, last=until)


def _counted(count: int, on: date) -> str:
    if not count:
        return _("No open times on %(day)s", day=day(on))
    return ngettext(
        "%(num)d open time on %(day)s", "%(num)d open times on %(day)s", count, day=day(on)
    )


def _by_reason(found: Sequence[tuple[datetime, Refusal]], zone_name: str) -> list[Refused]:
    """Each reason once, with its times in order. What has passed needs no reason."""
    reasons: dict[str, list[str]] = {}
    for at, refusal in found:
        if refusal.rule is not Rule.PAST:
            reasons.setdefault(refusal_words(refusal), []).append(time_label(at, zone_name))
    return [Refused(words, times) for words, times in reasons.items()]


def _groups(times: Sequence[OpenTime], zone_name: str) -> list[tuple[str, list[Choice]]]:
    where = zone(zone_name)
    people = {each.practitioner_name for each in times}
    parts: dict[str, list[Choice]] = {}
    for each in times:
        hour = each.starts_at.astimezone(where).hour
        part = _("Morning") if hour < 12 else _("Afternoon") if hour < 17 else _("Evening")
        who = each.practitioner_name if len(people) > 1 else ""
        label = time_label(each.starts_at, zone_name)
        choice = Choice(each.starts_at.isoformat(), label, when(each.starts_at, zone_name), who)
        parts.setdefault(part, []).append(choice)
    return list(parts.items())


def time_label(at: datetime, zone_name: str) -> str:
    """ "9:30 am"; in the hour that a clock repeats, with the abbreviation that tells which."""
    local = at.astimezone(zone(zone_name))
    twice = len(readings(local.date(), local.time(), zone(zone_name))) > 1
    return f"{clock_time(at, zone_name)} {local.tzname()}" if twice else clock_time(at, zone_name)


def next_time_of(found: list[booking.OpenTime]) -> datetime | None:
    """The first of the next times, if there is any."""
    return found[0].starts_at if found else None
