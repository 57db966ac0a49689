"""Which times are open, and why one is not: what the site, the portal and a "just taken" list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.access.principal import Principal
from shared.booking.errors import OpenTime
from shared.booking.offers import PersonalOffer, horizon_of, load_offers
from shared.booking.slots import Refusal, Rule
from shared.booking.zones import local_day
from shared.models.visit_type import VisitType

ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Openings:
    """Everything open from now to the visit type's horizon, read once; each start only once."""

    offers: list[PersonalOffer]
    first: datetime
    until: datetime

    def between(self, first: datetime, until: datetime) -> list[OpenTime]:
        """Every open start in [first, until), in order, however many people are free."""
        return _merged(self.offers, max(first, self.first), min(until, self.until))

    def refused(self, first: datetime, until: datetime) -> list[tuple[datetime, Refusal]]:
        """Every start on somebody's grid in [first, until) that nobody can take, and why not."""
        starts: set[datetime] = set()
        for each in self.offers:
            days = local_day(first, each.offer.zone), local_day(until, each.offer.zone)
            starts.update(at for at in each.offer.candidates(*days) if first <= at < until)
        answers = (
            (at, most_telling([each.offer.why_not(at) for each in self.offers]))
            for at in sorted(starts)
        )
        return [(at, no) for at, no in answers if no is not None]

    def next(self, count: int = ALTERNATIVES) -> list[OpenTime]:
        """The first `count` of them."""
        return next_of(self.offers, self.first, self.until, count)


def load_openings(
    session: Session, *, visit_type: VisitType, viewer: Principal | None = None
) -> Openings:
    """What is open from now on; `viewer` leaves out what overlaps their own visits."""
    now = clock.now()
    until = horizon_of(visit_type, now)
    offers = load_offers(session, visit_type=visit_type, first=now, until=until, viewer=viewer)
    return Openings(offers, now, until)


def find_next_times(
    session: Session,
    *,
    visit_type: VisitType,
    after: datetime | None = None,
    viewer: Principal | None = None,
    practitioner_id: UUID | None = None,
    count: int = ALTERNATIVES,
) -> list[OpenTime]:
    """The next open starts, at most `count`, from `after` (now when left out) to the horizon."""
    now = clock.now()
    first = max(now, after or now)
    until = horizon_of(visit_type, now)
    if first >= until:
        return []
    offers = load_offers(
        session,
        visit_type=visit_type,
        first=first,
        until=until,
        viewer=viewer,
        practitioner_id=practitioner_id,
    )
    return next_of(offers, first, until, count)


def next_of(
    offers: Iterable[PersonalOffer], first: datetime, until: datetime, count: int = ALTERNATIVES
) -> list[OpenTime]:
    """The first `count` starts that any of the offers has in [first, until)."""
    return _merged(offers, first, until, count)


def why_not(
    session: Session,
    *,
    visit_type: VisitType,
    at: datetime,
    viewer: Principal | None = None,
    state: str | None = None,
) -> Refusal | None:
    """None when somebody can see the viewer at `at`; otherwise the most telling refusal."""
    offers = load_offers(
        session, visit_type=visit_type, first=at, until=at, viewer=viewer, state=state
    )
    return most_telling([each.offer.why_not(at) for each in offers])


def most_telling(refusals: list[Refusal | None]) -> Refusal | None:
    """Of several practitioners' answers: none if one is free, else the one that came closest."""
    if None in refusals:
        return None
    order = list(Rule)
    return max(
        (each for each in refusals if each is not None),
        key=lambda refusal: order.index(refusal.rule),
        default=Refusal(Rule.CLOSED),
    )


def _merged(
    offers: Iterable[PersonalOffer], first: datetime, until: datetime, count: int | None = None
) -> list[OpenTime]:
    found: dict[datetime, OpenTime] = {}
    streams = (_starts(each, first, until) for each in offers)
    for start in merge(*streams, key=lambda each: each.starts_at):
        found.setdefault(start.starts_at, start)
        if count is not None and len(found) >= count:
            break
    return list(islice(found.values(), count))


def _starts(each: PersonalOffer, first: datetime, until: datetime) -> Iterable[OpenTime]:
    person = each.practitioner
    name = f"{person.full_name}, {person.credentials}" if person.credentials else person.full_name
    return (OpenTime(at, person.id, name) for at in each.times(first, until))
