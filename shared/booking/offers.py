"""From stored rules to offers: what decides about each practitioner's times, in five queries."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from shared import clock
from shared.access.holds import list_own_ranges
from shared.access.principal import Principal
from shared.booking.errors import NoSuchVisit
from shared.booking.hours import DayChange, Hours, Range
from shared.booking.slots import Offer, Rules
from shared.booking.zones import local_day, zone
from shared.models.busy_time import BusyTime
from shared.models.practitioner import Practitioner, PractitionerRole
from shared.models.schedule_exception import ScheduleException
from shared.models.visit_type import VisitType
from shared.models.weekly_hours import WeeklyHours

# Made once: a statement takes longer to make than to send.
_ON_OFFER = select(VisitType).where(
    VisitType.practice_id == bindparam("practice"), VisitType.active
)
_ALL = _ON_OFFER.order_by(VisitType.position, VisitType.name)
_ONE = _ON_OFFER.where(VisitType.slug == bindparam("slug"))
# No appointment with its buffers is longer; bounds the search for what reaches into a day.
LONGEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PersonalOffer:
    """What one practitioner offers of a visit type."""

    practitioner: Practitioner
    role: PractitionerRole
    offer: Offer

    def times(self, first: datetime, until: datetime) -> Iterator[datetime]:
        """Open starts in [first, until), whatever the schedule's own days are."""
        where = self.offer.zone
        days = local_day(first, where), local_day(until - timedelta(microseconds=1), where)
        return (at for at in self.offer.times(*days) if first <= at < until)


def list_visit_types(session: Session, *, practice_id: UUID) -> list[VisitType]:
    """What the practice offers, in its own order."""
    return list(session.scalars(_ALL, {"practice": practice_id}))


def get_visit_type(session: Session, *, practice_id: UUID, slug: str) -> VisitType:
    """The visit type on offer under that name. Raises NoSuchVisit."""
    if "\0" in slug:  # PostgreSQL has no such text
        raise NoSuchVisit
    found = session.scalars(_ONE, {"practice": practice_id, "slug": slug}).one_or_none()
    if found is None:
        raise NoSuchVisit
    return found


def rules_of(visit_type: VisitType) -> Rules:
    """The visit type's rules as values."""
    return Rules(
        length=timedelta(minutes=visit_type.length_minutes),
        step=timedelta(minutes=visit_type.step_minutes),
        buffer_before=timedelta(minutes=visit_type.buffer_before_minutes),
        buffer_after=timedelta(minutes=visit_type.buffer_after_minutes),
        notice=timedelta(minutes=visit_type.notice_minutes),
        horizon_days=visit_type.horizon_days,
        states=frozenset(visit_type.states),
    )


def horizon_of(visit_type: VisitType, now: datetime) -> datetime:
    """No start lies beyond it, whatever the schedule's zone."""
    return now + timedelta(days=visit_type.horizon_days + 2)


def load_offers(
    session: Session,
    *,
    visit_type: VisitType,
    first: datetime,
    until: datetime,
    viewer: Principal | None = None,
    state: str | None = None,
    practitioner_id: UUID | None = None,
) -> list[PersonalOffer]:
    """The offers of every practitioner who sees people here, by the order of their ids.

    `viewer` leaves out what overlaps their own visits; `state` is where they will be.
    """
    people = _people(session, visit_type, practitioner_id)
    ids = [person.id for _, person in people]
    weekly = load_weekly(session, visit_type.practice_id, ids)
    changes = load_changes(session, visit_type.practice_id, ids, first, until)
    busy = load_busy(session, ids, first, until)
    own = _own(session, viewer, first, until)
    rules, now = rules_of(visit_type), clock.now()
    return [
        PersonalOffer(
            person,
            role,
            Offer(
                rules=rules,
                zone=zone(role.time_zone),
                now=now,
                weekly=weekly.get(person.id, ()),
                changes=changes.get(person.id, ()),
                busy=busy.get(person.id, ()),
                own=own,
                state=state,
            ),
        )
        for role, person in people
    ]


def reread_offers(
    session: Session,
    offers: list[PersonalOffer],
    *,
    first: datetime,
    until: datetime,
    viewer: Principal,
) -> list[PersonalOffer]:
    """The same offers after waiting for a lock: who is busy when is what may have changed."""
    busy = load_busy(session, [each.practitioner.id for each in offers], first, until)
    own = _own(session, viewer, first, until)
    return [
        replace(each, offer=replace(each.offer, busy=busy.get(each.practitioner.id, ()), own=own))
        for each in offers
    ]


def _own(
    session: Session, viewer: Principal | None, first: datetime, until: datetime
) -> list[Range]:
    if viewer is None:
        return []
    found = list_own_ranges(session, viewer=viewer, first=first - LONGEST, until=until + LONGEST)
    return [Range(*each) for each in found]


def _people(
    session: Session, visit_type: VisitType, only: UUID | None
) -> list[tuple[PractitionerRole, Practitioner]]:
    """Who sees people here and offers that kind of visit."""
    statement = (
        select(PractitionerRole, Practitioner)
        .join(Practitioner, Practitioner.id == PractitionerRole.practitioner_id)
        .where(PractitionerRole.practice_id == visit_type.practice_id, PractitionerRole.active)
        .order_by(Practitioner.id)
    )
    if visit_type.offered_by is not None:
        statement = statement.where(Practitioner.id.in_(visit_type.offered_by))
    if only is not None:
        statement = statement.where(Practitioner.id == only)
    return [(role, person) for role, person in session.execute(statement)]


def load_weekly(session: Session, practice_id: UUID, ids: list[UUID]) -> dict[UUID, list[Hours]]:
    """The weekly hours, by practitioner."""
    found: dict[UUID, list[Hours]] = {}
    for row in session.scalars(
        select(WeeklyHours).where(
            WeeklyHours.practice_id == practice_id, WeeklyHours.practitioner_id.in_(ids)
        )
    ):
        hours = Hours(row.weekday, row.opens, row.closes, row.valid_from, row.valid_until)
        found.setdefault(row.practitioner_id, []).append(hours)
    return found


def load_changes(
    session: Session, practice_id: UUID, ids: list[UUID], first: datetime, until: datetime
) -> dict[UUID, list[DayChange]]:
    """The days that differ, by practitioner."""
    found: dict[UUID, list[DayChange]] = {}
    for row in session.scalars(
        select(ScheduleException).where(
            ScheduleException.practice_id == practice_id,
            ScheduleException.practitioner_id.in_(ids),
            ScheduleException.on_date >= (first - LONGEST).date(),
            ScheduleException.on_date <= (until + LONGEST).date(),
            ScheduleException.ended_at.is_(None),
        )
    ):
        change = DayChange(row.on_date, row.kind == "open", row.opens, row.closes)
        found.setdefault(row.practitioner_id, []).append(change)
    return found


def load_busy(
    session: Session, ids: list[UUID], first: datetime, until: datetime
) -> dict[UUID, list[Range]]:
    """When each is taken, in whatever practice, buffers included."""
    found: dict[UUID, list[Range]] = {}
    rows = session.execute(
        select(BusyTime.practitioner_id, BusyTime.starts_at, BusyTime.ends_at).where(
            BusyTime.practitioner_id.in_(ids),
            BusyTime.starts_at >= first - 2 * LONGEST,
            BusyTime.starts_at < until + LONGEST,
            or_(BusyTime.until.is_(None), BusyTime.until > clock.now()),
        )
    )
    for row in rows:
        found.setdefault(row.practitioner_id, []).append(Range(row.starts_at, row.ends_at))
    return found
