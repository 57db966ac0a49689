"""A practitioner's ordinary week, from one day to another: read, and replaced as a whole.

Rows are never deleted. What a new week replaces ends the day before it begins; a row that would
never have been in force ends before its own beginning.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.principal import Principal
from shared.booking.rows import lock_practitioner
from shared.booking.zones import zone
from shared.events import act
from shared.models.practitioner import Practitioner, PractitionerRole
from shared.models.weekly_hours import WeeklyHours

DAY = timedelta(days=1)
MIDNIGHT = time(0, 0)


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """Open on a weekday (Monday is 0) between two wall times; midnight closes the day."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Week:
    """Stretches that hold together over the same days; `until` None is until further notice."""

    first: date
    until: date | None
    stretches: tuple[Stretch, ...]


def access_person(
    session: Session, *, practice_id: UUID, practitioner_id: UUID
) -> tuple[PractitionerRole, Practitioner]:
    """Somebody who sees patients here. Raises NotFound."""
    found = session.execute(
        select(PractitionerRole, Practitioner)
        .join(Practitioner, Practitioner.id == PractitionerRole.practitioner_id)
        .where(
            PractitionerRole.practice_id == practice_id,
            PractitionerRole.practitioner_id == practitioner_id,
            PractitionerRole.active,
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def list_rows(session: Session, *, practice_id: UUID, practitioner_id: UUID) -> list[WeeklyHours]:
    """Every row that is or was or will be in force, earliest first."""
    rows = session.scalars(
        select(WeeklyHours)
        .where(
            WeeklyHours.practice_id == practice_id,
            WeeklyHours.practitioner_id == practitioner_id,
        )
        .order_by(WeeklyHours.valid_from, WeeklyHours.weekday, WeeklyHours.opens)
    )
    return [row for row in rows if row.valid_until is None or row.valid_until >= row.valid_from]


def weeks_of(rows: Iterable[WeeklyHours], *, since: date) -> list[Week]:
    """The weeks in force from `since` on, one after the other, each with its own days."""
    live = [row for row in rows if row.valid_until is None or row.valid_until >= since]
    turns = {since}
    for row in live:
        turns |= {max(row.valid_from, since)}
        if row.valid_until is not None:
            turns |= {row.valid_until + DAY}
    edges = sorted(turns)
    found: list[Week] = []
    for place, first in enumerate(edges):
        until = edges[place + 1] - DAY if place + 1 < len(edges) else None
        stretches = tuple(sorted(_stretch(row) for row in live if _holds(row, first)))
        found.append(Week(first, until, stretches))
    return found


def week_on(rows: Iterable[WeeklyHours], day: date) -> tuple[Stretch, ...]:
    """The stretches of the week in force on a day."""
    return tuple(sorted(_stretch(row) for row in rows if _holds(row, day)))


def set_week(
    session: Session,
    *,
    practitioner_id: UUID,
    stretches: Iterable[Stretch],
    first: date,
    until: date | None,
    by: Principal,
) -> int:
    """Make this the week from `first` to `until` (None: until further notice).

    Rows that say the same already stay as they are; returns how many changed. Raises NotFound, and
    ValueError for stretches that overlap or days in the wrong order.
    """
    wanted = set(stretches)
    check_week(wanted, first, until)
    role, person = access_person(
        session, practice_id=by.practice_id, practitioner_id=practitioner_id
    )
    lock_practitioner(session, practitioner_id)
    rows = list_rows(session, practice_id=by.practice_id, practitioner_id=practitioner_id)
    changed = 0
    for row in rows:
        if not _overlaps(row, first, until):
            continue
        if _stretch(row) in wanted and _covers(row, first, until):
            wanted.discard(_stretch(row))
            continue
        changed += 1
        rest = _cut(row, first, until)
        if rest is not None:
            session.add(rest)
    for each in sorted(wanted):
        session.add(_row(by.practice_id, practitioner_id, each, first, until))
    changed += len(wanted)
    if changed:
        act(session, "hours.changed", target=role, who=person.full_name)
    return changed


def set_zone(session: Session, *, practitioner_id: UUID, time_zone: str, by: Principal) -> None:
    """The zone the person's hours are written in. Booked visits keep their instants.

    Raises NotFound, UnknownZone.
    """
    name = zone(time_zone).key
    role, person = access_person(
        session, practice_id=by.practice_id, practitioner_id=practitioner_id
    )
    if role.time_zone == name:
        return
    lock_practitioner(session, practitioner_id)
    role.time_zone = name
    act(session, "hours.zone_changed", target=role, who=person.full_name)


def check_week(stretches: Iterable[Stretch], first: date, until: date | None) -> None:
    """Raises ValueError for stretches that overlap or end before they begin, or days that do."""
    if until is not None and until < first:
        raise ValueError("until")
    last: Stretch | None = None
    for each in sorted(stretches):
        if each.closes != MIDNIGHT and each.closes <= each.opens:
            raise ValueError("order")
        if last is not None and last.weekday == each.weekday and _end(last) > each.opens:
            raise ValueError("overlap")
        last = each


def _end(stretch: Stretch) -> time:
    return time.max if stretch.closes == MIDNIGHT else stretch.closes


def _stretch(row: WeeklyHours) -> Stretch:
    return Stretch(row.weekday, row.opens, row.closes)


def _holds(row: WeeklyHours, day: date) -> bool:
    return row.valid_from <= day and (row.valid_until is None or day <= row.valid_until)


def _overlaps(row: WeeklyHours, first: date, until: date | None) -> bool:
    begins_in_time = until is None or row.valid_from <= until
    return begins_in_time and (row.valid_until is None or row.valid_until >= first)


def _covers(row: WeeklyHours, first: date, until: date | None) -> bool:
    ends_late = row.valid_until is None or (until is not None and row.valid_until >= until)
    return row.valid_from <= first and ends_late


def _cut(row: WeeklyHours, first: date, until: date | None) -> WeeklyHours | None:
    """Take [first, until] out of a row; what is left behind it is a row of its own."""
    end, rest = row.valid_until, None
    if until is not None and (end is None or end > until):
        rest = _row(row.practice_id, row.practitioner_id, _stretch(row), until + DAY, end)
    row.valid_until = min(first, row.valid_from) - DAY if row.valid_from >= first else first - DAY
    return rest


def _row(
    practice_id: UUID, practitioner_id: UUID, each: Stretch, first: date, until: date | None
) -> WeeklyHours:
    return WeeklyHours(
        practice_id=practice_id,
        practitioner_id=practitioner_id,
        weekday=each.weekday,
        opens=each.opens,
        closes=each.closes,
        valid_from=first,
        valid_until=until,
    )
