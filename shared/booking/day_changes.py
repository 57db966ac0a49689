"""Days that differ from the ordinary week: holidays, days away, hours closed, extra hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.access.errors import NotFound
from shared.access.principal import Principal
from shared.booking.rows import lock_practitioner
from shared.booking.weeks import MIDNIGHT, access_person
from shared.events import act
from shared.models.schedule_exception import ScheduleException

DAY = timedelta(days=1)
LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class NewChange:
    """What differs from `first` to `until`; without hours the whole day is closed."""

    first: date
    until: date
    is_open: bool
    opens: time | None
    closes: time | None
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """One entry as it was made: days on end, the same for each of them. `id` is its first day's."""

    id: UUID
    practitioner_id: UUID
    first: date
    until: date
    is_open: bool
    opens: time | None
    closes: time | None
    reason: str


def list_changes(
    session: Session, *, practice_id: UUID, practitioner_id: UUID, since: date
) -> list[Change]:
    """The entries that are not over, soonest first; the days of one entry together."""
    rows = session.scalars(
        select(ScheduleException)
        .where(
            ScheduleException.practice_id == practice_id,
            ScheduleException.practitioner_id == practitioner_id,
            ScheduleException.on_date >= since,
            ScheduleException.ended_at.is_(None),
        )
        .order_by(ScheduleException.on_date, ScheduleException.created_at, ScheduleException.id)
    )
    found: dict[tuple[object, ...], list[ScheduleException]] = {}
    for row in rows:
        found.setdefault(_same(row), []).append(row)
    return [_together(days) for days in found.values()]


def add_change(
    session: Session, *, practitioner_ids: Sequence[UUID], change: NewChange, by: Principal
) -> int:
    """Write it down for each of the people and days; returns how many days that made.

    Raises NotFound for somebody who does not see people here, ValueError for days or hours in the
    wrong order, or for more than a year.
    """
    check_change(change)
    people = [
        access_person(session, practice_id=by.practice_id, practitioner_id=one)
        for one in sorted(practitioner_ids)
    ]
    at, count = clock.now(), (change.until - change.first).days + 1
    for role, person in people:
        lock_practitioner(session, person.id)
        for offset in range(count):
            on = change.first + offset * DAY
            session.add(_row(by.practice_id, person.id, on, change, at))
        act(session, "day_change.added", target=role, who=person.full_name, days=count)
    return count


def end_change(session: Session, *, exception_id: UUID, by: Principal) -> date:
    """Take an entry back, all its days from this one on; its first day. Raises NotFound."""
    row = _find(session, by, exception_id)
    role, person = access_person(
        session, practice_id=by.practice_id, practitioner_id=row.practitioner_id
    )
    lock_practitioner(session, person.id)
    rows = session.scalars(
        select(ScheduleException).where(
            ScheduleException.practice_id == by.practice_id,
            ScheduleException.practitioner_id == row.practitioner_id,
            ScheduleException.created_at == row.created_at,
            ScheduleException.on_date >= row.on_date,
            ScheduleException.ended_at.is_(None),
        )
    )
    same = [one for one in rows if _same(one) == _same(row)]
    for one in same:
        one.ended_at = clock.now()
    act(session, "day_change.ended", target=role, who=person.full_name, days=len(same))
    return row.on_date


def find_change(session: Session, *, exception_id: UUID, by: Principal) -> UUID:
    """Whose entry it is. Raises NotFound."""
    return _find(session, by, exception_id).practitioner_id


def check_change(change: NewChange) -> None:
    """Raises ValueError naming the field: until, hours."""
    if not change.first <= change.until < change.first + LONGEST_DAYS * DAY:
        raise ValueError("until")
    if (change.opens is None) != (change.closes is None):
        raise ValueError("hours")
    if change.opens is None and change.is_open:
        raise ValueError("hours")
    if change.opens is None or change.closes in (None, MIDNIGHT):
        return
    if change.closes <= change.opens:
        raise ValueError("hours")


def _find(session: Session, by: Principal, exception_id: UUID) -> ScheduleException:
    row = session.get(ScheduleException, (by.practice_id, exception_id), with_for_update=True)
    if row is None or row.ended_at is not None:
        raise NotFound
    return row


def _row(
    practice_id: UUID, practitioner_id: UUID, on: date, change: NewChange, at: datetime
) -> ScheduleException:
    return ScheduleException(
        practice_id=practice_id,
        practitioner_id=practitioner_id,
        on_date=on,
        kind="open" if change.is_open else "closed",
        opens=change.opens,
        closes=change.closes,
        reason=change.reason,
        created_at=at,
        ended_at=None,
    )


def _same(row: ScheduleException) -> tuple[object, ...]:
    return (row.created_at, row.kind, row.opens, row.closes, row.reason)


def _together(days: list[ScheduleException]) -> Change:
    first = days[0]
    return Change(
        id=first.id,
        practitioner_id=first.practitioner_id,
        first=first.on_date,
        until=days[-1].on_date,
        is_open=first.kind == "open",
        opens=first.opens,
        closes=first.closes,
        reason=first.reason,
    )
