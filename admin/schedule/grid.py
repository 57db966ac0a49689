"""The schedule as columns of time: where each visit and each free stretch lies, in five minutes.

No style is computed here: hour, minute and length become classes (rooms/schedule_grid.css).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from admin.schedule.presenters import Line, present_line
from shared import booking, clock
from shared.booking.agenda import Agenda
from shared.booking.zones import local_day, zone
from shared.web.formats import clock_time, day, short_day
from shared.web.i18n import gettext as _
from shared.web.i18n import ngettext

if TYPE_CHECKING:
    from shared.access.schedule import Entry

UNIT = 5  # minutes a row
LONGEST = 96  # rows: eight hours, as the longest visit
USUAL = (9, 17)
FREE_STEP = timedelta(minutes=30)
Book = Callable[[datetime, UUID], str]


@dataclass(frozen=True, slots=True)
class Block:
    """A visit or a free stretch; `place` are its classes."""

    place: str
    starts: str
    line: Line | None = None
    href: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One day, with a lane for each person; or one person on one day."""

    on: date
    title: str
    label: str
    sub: str
    today: bool
    lanes: int
    blocks: list[Block]
    now: str | None
    count: int
    summary: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns over the same hours."""

    columns: list[Column]
    first_hour: int
    last_hour: int
    hours: list[tuple[int, str]]
    step: int


def make_grid(
    entries: "Sequence[Entry]",
    agendas: Sequence[Agenda],
    *,
    days: Sequence[date],
    zone_id: str,
    by_person: bool,
    book: Book | None,
) -> Grid:
    """The columns of some days; `by_person` gives each person of one day a column of their own."""
    shown = [entry for entry in entries if _takes_time(entry)]
    first, last = _hours(shown, agendas, zone_id)
    order = [agenda.person.id for agenda in agendas]
    lines = {entry.appointment.id: present_line(entry, zone_id) for entry in shown}
    columns = []
    for on in days:
        mine = [each for each in shown if _day(each.appointment.starts_at, zone_id) == on]
        columns += [
            _column(on, people, mine, agendas, lines, zone_id, book, first, by_person=by_person)
            for people in ([[one] for one in order] if by_person else [order])
        ]
    names = [(hour, _hour(hour)) for hour in range(first, last)]
    return Grid(columns, first, last, names, (last - first) * 60 // UNIT)


def _column(
    on: date,
    people: list[UUID],
    entries: "list[Entry]",
    agendas: Sequence[Agenda],
    lines: dict[UUID, Line],
    zone_id: str,
    book: Book | None,
    first_hour: int,
    *,
    by_person: bool,
) -> Column:
    lanes = {person: number for number, person in enumerate(people, 1)}
    mine = [entry for entry in entries if entry.appointment.practitioner_id in lanes]
    blocks = [
        (
            entry.appointment.starts_at,
            _visit(entry, lanes[entry.appointment.practitioner_id], lines, zone_id),
        )
        for entry in mine
    ]
    names = [agenda.person.full_name for agenda in agendas if agenda.person.id in lanes]
    for agenda in agendas if book else ():
        if agenda.person.id in lanes and book is not None:
            for piece in agenda.free(FREE_STEP, clock.now()):
                if _day(piece.starts_at, zone_id) == on:
                    lane = lanes[agenda.person.id]
                    block = _free(piece.starts_at, agenda, lane, zone_id, book)
                    blocks.append((piece.starts_at, block))
    today = _day(clock.now(), zone_id)
    count = len(mine)
    return Column(
        on=on,
        title=names[0] if by_person and names else day(on),
        label=names[0] if by_person and names else short_day(on),
        sub="" if by_person or len(names) < 2 else " · ".join(name.split()[0] for name in names),
        today=on == today and not by_person,
        lanes=max(len(people), 1),
        blocks=[block for _at, block in sorted(blocks, key=lambda pair: pair[0])],
        now=_now(zone_id, first_hour) if on == today else None,
        count=count,
        summary=ngettext("%(num)d appointment", "%(num)d appointments", count)
        if count
        else _("No appointments"),
    )


def _visit(entry: "Entry", lane: int, lines: dict[UUID, Line], zone_id: str) -> Block:
    row = entry.appointment
    minutes = int((row.ends_at - row.starts_at).total_seconds()) // 60
    line = lines[row.id]
    return Block(_place(row.starts_at, minutes, lane, zone_id), line.starts, line)


def _free(at: datetime, agenda: Agenda, lane: int, zone_id: str, book: Book) -> Block:
    spoken = _(
        "Book %(time)s on %(day)s with %(name)s",
        time=clock_time(at, zone_id),
        day=day(_day(at, zone_id)),
        name=agenda.person.full_name,
    )
    place = _place(at, int(FREE_STEP.total_seconds()) // 60, lane, zone_id)
    label = clock_time(at, zone_id)
    return Block(place, label, href=book(at, agenda.person.id), spoken=spoken)


def _place(at: datetime, minutes: int, lane: int, zone_id: str) -> str:
    local = at.astimezone(zone(zone_id))
    left = (24 * 60 - local.hour * 60 - local.minute) // UNIT
    rows = max(1, min(-(-minutes // UNIT), LONGEST, left))
    return f"h{local.hour} m{local.minute // UNIT} n{rows} lane{min(lane, 6)}"


def _now(zone_id: str, first_hour: int) -> str | None:
    local = clock.now().astimezone(zone(zone_id))
    return f"h{local.hour} m{local.minute // UNIT}" if local.hour >= first_hour else None


def _hours(entries: "Sequence[Entry]", agendas: Sequence[Agenda], zone_id: str) -> tuple[int, int]:
    """The hours that hold everything, the usual ones at least."""
    where, (first, last) = zone(zone_id), USUAL
    pairs = [(each.appointment.starts_at, each.appointment.ends_at) for each in entries]
    pairs += [(one.starts_at, one.ends_at) for agenda in agendas for one in agenda.opened]
    for starts_at, ends_at in pairs:
        starts, ends = starts_at.astimezone(where), ends_at.astimezone(where)
        over = ends.date() > starts.date()
        first = min(first, starts.hour)
        last = max(last, 24 if over else ends.hour + (ends.minute > 0))
    return first, last


def _takes_time(entry: "Entry") -> bool:
    row = entry.appointment
    return row.status != "pending" or booking.is_live(row)


def _day(at: datetime, zone_id: str) -> date:
    return local_day(at, zone(zone_id))


def _hour(hour: int) -> str:
    if hour == 12:
        return _("noon")
    half = _("am") if hour < 12 else _("pm")
    return f"{hour % 12 or 12} {half}"
