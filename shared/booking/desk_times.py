"""Which times the desk may give, and why not the others; a visit that moves leaves its own free."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.booking.errors import OpenTime, SlotRefused
from shared.booking.hours import Range
from shared.booking.offers import PersonalOffer, horizon_of, load_offers
from shared.booking.slots import Refusal, Rule
from shared.booking.times import Openings, most_telling, next_of
from shared.models.appointment import Appointment
from shared.models.visit_type import VisitType

# Rules that are the practice's own to bend. A taken time, the past and a licence are not.
BENDABLE = frozenset(
    {
        *(Rule.NOTICE, Rule.HORIZON, Rule.GRID),
        *(Rule.CLOSED, Rule.HOLIDAY, Rule.HOURS, Rule.AWAY),
    }
)


def desk_openings(
    session: Session,
    *,
    visit_type: VisitType,
    practitioner_id: UUID | None = None,
    moving: Appointment | None = None,
) -> Openings:
    """What is open from now on, at anybody or at one; `moving` does not stand in its own way."""
    now = clock.now()
    until = horizon_of(visit_type, now)
    offers = load_offers(
        session,
        visit_type=visit_type,
        first=now,
        until=until,
        practitioner_id=practitioner_id,
    )
    return Openings(_without(offers, moving), now, until)


def why_not_at_desk(
    session: Session,
    *,
    visit_type: VisitType,
    at: datetime,
    practitioner_id: UUID | None = None,
    state: str | None = None,
    moving: Appointment | None = None,
) -> tuple[Refusal | None, UUID | None]:
    """Why the time is not open, and who could take it: freely, or by bending a rule.

    (None, somebody) when it is open, (refusal, somebody) when a reason bends it, (refusal, None)
    when nothing does.
    """
    offers = _without(
        load_offers(
            session,
            visit_type=visit_type,
            first=at,
            until=at,
            state=state,
            practitioner_id=practitioner_id,
        ),
        moving,
    )
    for bent in (frozenset[Rule](), BENDABLE):
        for each in offers:
            if each.offer.why_not(at, bent=bent) is None:
                return each.offer.why_not(at), each.practitioner.id
    return most_telling([each.offer.why_not(at) for each in offers]), None


def offer_of(
    session: Session,
    *,
    visit_type: VisitType,
    practitioner_id: UUID,
    at: datetime,
    state: str | None,
    moving: Appointment | None = None,
) -> PersonalOffer:
    """What one person offers at that time. Raises SlotRefused when they do not offer the visit."""
    offers = load_offers(
        session,
        visit_type=visit_type,
        first=at,
        until=at,
        state=state,
        practitioner_id=practitioner_id,
    )
    if not offers:
        raise SlotRefused(Refusal(Rule.CLOSED))
    return _without(offers, moving)[0]


def times_instead(
    session: Session,
    visit_type: VisitType,
    practitioner_id: UUID,
    after: datetime,
    moving: Appointment | None = None,
) -> list[OpenTime]:
    """The next times of the same person."""
    until = horizon_of(visit_type, after)
    offers = load_offers(
        session,
        visit_type=visit_type,
        first=after,
        until=until,
        practitioner_id=practitioner_id,
    )
    return next_of(_without(offers, moving), after, until)


def _without(offers: Iterable[PersonalOffer], moving: Appointment | None) -> list[PersonalOffer]:
    """The same, with the time of the visit that moves free: nobody else's is exactly that one."""
    if moving is None or moving.occupied.lower is None or moving.occupied.upper is None:
        return list(offers)
    own = Range(moving.occupied.lower, moving.occupied.upper)
    return [
        replace(
            each,
            offer=replace(each.offer, busy=[one for one in each.offer.busy if one != own]),
        )
        if each.practitioner.id == moving.practitioner_id
        else each
        for each in offers
    ]
