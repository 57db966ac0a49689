"""Booking at the desk: staff may override the hours, with a reason, but never somebody's time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared.access.principal import Principal
from shared.booking.confirming import send_confirmation
from shared.booking.conflicts import PATIENT_OVERLAP, PRACTITIONER_OVERLAP, constraint_of
from shared.booking.errors import JustTaken, OwnOverlap, SlotRefused
from shared.booking.offers import horizon_of, load_offers
from shared.booking.rows import lock_practitioner, new_appointment, sweep_holds, told
from shared.booking.slots import Refusal, Rule
from shared.booking.states import Status
from shared.booking.times import next_of
from shared.booking.zones import zone
from shared.events import act
from shared.models.appointment import Appointment
from shared.models.visit_type import VisitType

# Rules that are the practice's own to bend. A taken time, the past and a licence are not.
BENDABLE = frozenset({Rule.NOTICE, Rule.HORIZON, Rule.CLOSED, Rule.HOURS, Rule.GRID})


def book_at_desk(
    session: Session,
    *,
    visit_type: VisitType,
    practitioner_id: UUID,
    patient_id: UUID,
    starts_at: datetime,
    time_zone: str,
    state: str,
    by: Principal,
    override_reason: str | None = None,
) -> Appointment:
    """Book a visit for a patient at once; nothing is charged here.

    `state` is where the patient will be. With `override_reason` the hours, the notice and the grid
    are bent and the reason is kept on the row. Raises JustTaken, SlotRefused, OwnOverlap,
    UnknownZone.
    """
    zone(time_zone)
    lock_practitioner(session, practitioner_id)
    sweep_holds(session, practitioner_id)
    (chosen,) = load_offers(
        session,
        visit_type=visit_type,
        first=starts_at,
        until=starts_at,
        state=state,
        practitioner_id=practitioner_id,
    )
    refusal = chosen.offer.why_not(starts_at, bent=BENDABLE if override_reason else frozenset())
    if refusal is not None and refusal.rule is Rule.TAKEN:
        raise _taken(session, visit_type, practitioner_id, starts_at)
    if refusal is not None:
        raise SlotRefused(refusal)
    booked = new_appointment(
        visit_type=visit_type,
        role=chosen.role,
        starts_at=starts_at,
        patient_zone=time_zone,
        status=Status.BOOKED,
        patient_id=patient_id,
    )
    booked.state, booked.override_reason = state, override_reason
    _add(session, booked, visit_type)
    send_confirmation(session, booked, by)
    return booked


def _add(session: Session, booked: Appointment, visit_type: VisitType) -> None:
    try:
        with session.begin_nested():
            session.add(booked)
            act(
                session,
                "appointment.booked_by_staff",
                target=booked,
                patient_id=booked.patient_id,
                visit=visit_type.name,
                **told(booked),
            )
    except IntegrityError as refused:
        if constraint_of(refused) == PATIENT_OVERLAP:
            raise OwnOverlap from refused
        if constraint_of(refused) == PRACTITIONER_OVERLAP:
            raise JustTaken(Refusal(Rule.TAKEN), []) from refused
        raise


def _taken(
    session: Session, visit_type: VisitType, practitioner_id: UUID, starts_at: datetime
) -> JustTaken:
    until = horizon_of(visit_type, starts_at)
    offers = load_offers(
        session,
        visit_type=visit_type,
        first=starts_at,
        until=until,
        practitioner_id=practitioner_id,
    )
    return JustTaken(Refusal(Rule.TAKEN), next_of(offers, starts_at, until))
