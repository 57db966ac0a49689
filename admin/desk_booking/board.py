"""The desk's board of times: a strip of days, the times of one, and the time that was chosen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from admin.desk_booking.forms import read_id, read_instant
from admin.desk_booking.words import refusal_words
from shared import booking, clock
from shared.booking.desk_times import BENDABLE
from shared.booking.slots import SENTENCES, Refusal, Rule
from shared.booking.zones import day_bounds, exists, local_day, readings, zone
from shared.web.current import transaction
from shared.web.formats import clock_time, day, short_day, when, zone_name
from shared.web.i18n import gettext as _
from shared.web.i18n import ngettext
from shared.web.reading import read_time

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from shared.models.appointment import Appointment
    from shared.models.visit_type import VisitType

STRIP = 14
Href = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Choice:
    """One open time."""

    label: str
    spoken: str
    who: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class DayLink:
    """One day of the strip."""

    label: str
    count: int
    spoken: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """The time in the address: open, or refused with a reason; `bendable` by a reason."""

    at: datetime
    value: str
    words: str
    theirs: str | None
    who: UUID | None
    refusal: str | None
    bendable: bool

    @property
    def possible(self) -> bool:
        """Whether it can be taken at all."""
        return self.who is not None


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the board shows."""

    title: str
    on: date
    zone: str
    days: list[DayLink]
    earlier: str | None
    later: str | None
    times: list[Choice]
    next_href: str | None
    asked: str
    unread: str | None
    chosen: Chosen | None
    announcement: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the board is about."""

    visit: "VisitType"
    zone: str
    their_zone: str
    state: str | None = None
    person: UUID | None = None
    moving: "Appointment | None" = None


def make_board(wanted: Wanted, args: "MultiDict[str, str]", href: Href) -> Board:
    """The board for the address: `day`, `at` and `who`, or `ask` for a time typed by hand."""
    where = zone(wanted.zone)
    today = local_day(clock.now(), where)
    openings = booking.desk_openings(
        transaction(),
        visit_type=wanted.visit,
        practitioner_id=wanted.person,
        moving=wanted.moving,
    )
    at, asked = read_instant(args.get("at")), args.get("ask", "")[:40].strip()
    nearest = [each for each in openings.next(2) if not _is_its_own(each, wanted.moving)]
    first_open = local_day(nearest[0].starts_at, where) if nearest else today
    on = _day(args.get("day"), local_day(at, where) if at else first_open, today)
    unread = None
    if asked:
        at, unread = _read(asked, on, wanted.zone)
    chosen = _chosen(wanted, at, read_id(args.get("who"))) if at else None
    start = today + timedelta(days=(on - today).days // STRIP * STRIP)
    found = openings.between(*day_bounds(start, start + timedelta(days=STRIP - 1), where))
    counts: dict[date, list[booking.OpenTime]] = {}
    for each in found:
        if _is_its_own(each, wanted.moving):
            continue
        counts.setdefault(local_day(each.starts_at, where), []).append(each)
    times = counts.get(on, [])
    several = len({each.practitioner_id for each in times}) > 1
    return Board(
        title=day(on),
        on=on,
        zone=zone_name(wanted.zone),
        days=[_link(start + timedelta(days=offset), counts, on, href) for offset in range(STRIP)],
        earlier=href(day=start - timedelta(days=STRIP)) if start > today else None,
        later=href(day=start + timedelta(days=STRIP)),
        times=[_choice(each, wanted.zone, href, at, several=several) for each in times],
        next_href=href(day=first_open) if nearest and not times else None,
        asked=asked,
        unread=unread,
        chosen=chosen,
        announcement=_counted(len(times), on),
    )


def _is_its_own(each: booking.OpenTime, moving: "Appointment | None") -> bool:
    """The time a visit has already is no time to move it to."""
    return (
        moving is not None
        and each.starts_at == moving.starts_at
        and each.practitioner_id == moving.practitioner_id
    )


def _day(written: str | None, usual: date, today: date) -> date:
    try:
        wanted = date.fromisoformat(written or "")
    except ValueError:
        wanted = usual
    return min(max(wanted, today), today + timedelta(days=800))


def _read(asked: str, on: date, zone_id: str) -> tuple[datetime | None, str | None]:
    """A time typed by hand on the board's day, or why it is none."""
    at = read_time(asked)
    if at is None:
        return None, _(SENTENCES[Rule.UNREADABLE])
    if not exists(on, at, zone(zone_id)):
        return None, _(SENTENCES[Rule.SKIPPED])
    return readings(on, at, zone(zone_id))[0], None


def _chosen(wanted: Wanted, at: datetime, who: UUID | None) -> Chosen:
    refusal, person = booking.why_not_at_desk(
        transaction(),
        visit_type=wanted.visit,
        at=at,
        practitioner_id=who or wanted.person,
        state=wanted.state,
        moving=wanted.moving,
    )
    words = when(at, wanted.zone)
    theirs = when(at, wanted.their_zone)
    return Chosen(
        at=at,
        value=at.isoformat(),
        words=words,
        theirs=theirs if zone_name(wanted.their_zone) != zone_name(wanted.zone) else None,
        who=person,
        refusal=refusal_words(refusal) if refusal else None,
        bendable=_bends(refusal, person),
    )


def _bends(refusal: Refusal | None, person: UUID | None) -> bool:
    return refusal is not None and person is not None and refusal.rule in BENDABLE


def _link(on: date, counts: dict[date, list[booking.OpenTime]], here: date, href: Href) -> DayLink:
    count = len(counts.get(on, []))
    return DayLink(short_day(on), count, _counted(count, on), href(day=on), on == here)


def _choice(
    each: booking.OpenTime, zone_id: str, href: Href, at: datetime | None, *, several: bool
) -> Choice:
    return Choice(
        _label(each.starts_at, zone_id),
        when(each.starts_at, zone_id),
        each.practitioner_name if several else "",
        href(at=each.starts_at.isoformat(), who=each.practitioner_id),
        each.starts_at == at,
    )


def _label(at: datetime, zone_id: str) -> str:
    """ "9:30 am"; in the hour that a clock repeats, with the abbreviation that tells which."""
    local = at.astimezone(zone(zone_id))
    twice = len(readings(local.date(), local.time(), zone(zone_id))) > 1
    return f"{clock_time(at, zone_id)} {local.tzname()}" if twice else clock_time(at, zone_id)


def _counted(count: int, on: date) -> str:
    if not count:
        return _("No open times on %(day)s", day=day(on))
    return ngettext(
        "%(num)d open time on %(day)s", "%(num)d open times on %(day)s", count, day=day(on)
    )
