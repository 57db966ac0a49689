"""What a practitioner's days look like: when they are open, what is free, what falls outside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from shared import clock
from shared.access.principal import Principal
from shared.access.schedule import list_taken
from shared.booking.hours import DayChange, Hours, Range, open_ranges
from shared.booking.offers import load_busy, load_changes, load_weekly
from shared.booking.weeks import Stretch, week_on
from shared.booking.zones import day_bounds, local_day, zone
from shared.models.appointment import Appointment
from shared.models.practitioner import Practitioner, PractitionerRole
from shared.models.weekly_hours import WeeklyHours

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Agenda:
    """One person's days: open ranges, and what is taken in them, whoever took it."""

    role: PractitionerRole
    person: Practitioner
    opened: list[Range]
    busy: list[Range]

    def free(self, step: timedelta, now: datetime) -> list[Range]:
        """Stretches of a step, from the opening on, that nobody took and that are not past."""
        found = []
        for each in self.opened:
            at = each.starts_at
            while at + step <= each.ends_at:
                piece = Range(at, at + step)
                if at > now and not any(piece.overlaps(one) for one in self.busy):
                    found.append(piece)
                at += step
        return found


def load_agendas(
    session: Session,
    people: Sequence[tuple[PractitionerRole, Practitioner]],
    *,
    practice_id: UUID,
    first: datetime,
    until: datetime,
) -> list[Agenda]:
    """Everybody's agenda in [first, until), in three questions."""
    ids = [person.id for _, person in people]
    weekly = load_weekly(session, practice_id, ids)
    changes = load_changes(session, practice_id, ids, first, until)
    busy = load_busy(session, ids, first, until)
    found = []
    for role, person in people:
        where = zone(role.time_zone)
        opened = [
            each
            for day in days_between(local_day(first, where), local_day(until, where))
            for each in open_ranges(
                day, where, weekly.get(person.id, ()), changes.get(person.id, ())
            )
            if first <= each.starts_at < until
        ]
        found.append(Agenda(role, person, opened, busy.get(person.id, [])))
    return found


def days_between(first: date, last: date) -> list[date]:
    """Both included."""
    return [first + offset * DAY for offset in range((last - first).days + 1)]


def week_outside(
    session: Session,
    *,
    role: PractitionerRole,
    rows: Iterable[WeeklyHours],
    stretches: Iterable[Stretch],
    first: date,
    until: date | None,
    viewer: Principal,
) -> list[Appointment]:
    """Booked visits inside today's hours that the week `stretches` would leave outside."""
    new = tuple(Hours(each.weekday, each.opens, each.closes) for each in stretches)
    kept = list(rows)

    def before(day: date) -> list[Hours]:
        return [Hours(one.weekday, one.opens, one.closes) for one in week_on(kept, day)]

    def after(day: date) -> Sequence[Hours]:
        return new if first <= day and (until is None or day <= until) else before(day)

    changes = _changes_of(session, role, viewer)
    where = zone(role.time_zone)
    found = []
    for each in _booked(session, role, viewer, first, until):
        day = local_day(each.starts_at, where)
        was = open_ranges(day, where, before(day), changes)
        will = open_ranges(day, where, after(day), changes)
        if _inside(each, was) and not _inside(each, will):
            found.append(each)
    return found


def change_outside(
    session: Session, *, role: PractitionerRole, changes: Sequence[DayChange], viewer: Principal
) -> list[Appointment]:
    """Booked visits that closing those days or hours would leave outside."""
    closing = [change for change in changes if not change.is_open]
    if not closing:
        return []
    where = zone(role.time_zone)
    first = min(change.on for change in closing)
    last = max(change.on for change in closing)
    found = []
    for each in _booked(session, role, viewer, first, last):
        day = local_day(each.starts_at, where)
        whole = Hours(day.weekday(), *_WHOLE_DAY)
        if not _inside(each, open_ranges(day, where, [whole], closing)):
            found.append(each)
    return found


_WHOLE_DAY = (datetime.min.time(), datetime.min.time())


def clocks_change(first: date, where: ZoneInfo, days: int = 7) -> list[tuple[date, timedelta]]:
    """The days of a stretch on which the clocks change, and by how much (forward is positive)."""
    found = []
    for day in days_between(first, first + (days - 1) * DAY):
        begins, ends = day_bounds(day, day, where)
        moved = timedelta(days=1) - (ends - begins)
        if moved:
            found.append((day, moved))
    return found


def _inside(each: Appointment, opened: Sequence[Range]) -> bool:
    visit = Range(each.starts_at, each.ends_at)
    return any(one.covers(visit) for one in opened)


def _booked(
    session: Session, role: PractitionerRole, viewer: Principal, first: date, last: date | None
) -> list[Appointment]:
    where = zone(role.time_zone)
    starts = max(day_bounds(first, first, where)[0], clock.now())
    until = day_bounds(last, last, where)[1] if last is not None else None
    return list_taken(
        session, viewer=viewer, practitioner_id=role.practitioner_id, first=starts, until=until
    )


def _changes_of(session: Session, role: PractitionerRole, viewer: Principal) -> list[DayChange]:
    now = clock.now()
    found = load_changes(session, viewer.practice_id, [role.practitioner_id], now, now + 730 * DAY)
    return found.get(role.practitioner_id, [])
