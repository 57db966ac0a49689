"""Booking at the desk: staff may override the hours, with a reason, but never somebody's time."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared import clock
from shared.access.principal import Principal
from shared.booking.confirming import send_confirmation
from shared.booking.conflicts import PATIENT_OVERLAP, PRACTITIONER_OVERLAP, constraint_of
from shared.booking.desk_times import BENDABLE, offer_of, times_instead
from shared.booking.errors import JustTaken, OwnOverlap, SlotRefused, TooSoonToPay
from shared.booking.rows import lock_practitioner, new_appointment, sweep_holds, told
from shared.booking.slots import Refusal, Rule
from shared.booking.states import Status
from shared.booking.zones import zone
from shared.events import act
from shared.messaging.telling import tell_patient
from shared.models.appointment import Appointment
from shared.models.visit_type import VisitType

# How long somebody who got a link by mail may take to pay, and what is left before the visit.
PAY_WITHIN = timedelta(hours=24)
PAID_BEFORE = timedelta(minutes=15)
PAY_AT_LEAST = timedelta(minutes=45)


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
    booked = _new(
        session, visit_type, practitioner_id, starts_at, time_zone, state, override_reason
    )
    booked.patient_id, booked.booked_at = patient_id, clock.now()
    booked.status = Status.BOOKED.value
    _add(session, booked, visit_type, "appointment.booked_by_staff")
    send_confirmation(session, booked, by)
    return booked


def hold_for_payment(
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
    """Keep a time for a patient and mail them the way to pay; paid, it is booked by itself.

    It is kept until `pay_until` and then everybody's again. Raises TooSoonToPay, and what
    `book_at_desk` raises.
    """
    until = pay_until(starts_at)
    if until is None:
        raise TooSoonToPay
    held = _new(session, visit_type, practitioner_id, starts_at, time_zone, state, override_reason)
    held.patient_id, held.hold_expires_at = patient_id, until
    _add(session, held, visit_type, "appointment.held_for_payment")
    _ask_to_pay(session, held, by)
    return held


def pay_until(starts_at: datetime) -> datetime | None:
    """When a link to pay would end for a visit at that time; None when it is too soon for one."""
    now = clock.now()
    until = min(now + PAY_WITHIN, starts_at - PAID_BEFORE)
    return until if until >= now + PAY_AT_LEAST else None


def _new(
    session: Session,
    visit_type: VisitType,
    practitioner_id: UUID,
    starts_at: datetime,
    time_zone: str,
    state: str,
    override_reason: str | None,
) -> Appointment:
    zone(time_zone)
    lock_practitioner(session, practitioner_id)
    sweep_holds(session, practitioner_id)
    chosen = offer_of(
        session, visit_type=visit_type, practitioner_id=practitioner_id, at=starts_at, state=state
    )
    refusal = chosen.offer.why_not(starts_at, bent=BENDABLE if override_reason else frozenset())
    if refusal is not None and refusal.rule is Rule.TAKEN:
        others = times_instead(session, visit_type, practitioner_id, starts_at)
        raise JustTaken(refusal, others)
    if refusal is not None:
        raise SlotRefused(refusal)
    row = new_appointment(
        visit_type=visit_type,
        role=chosen.role,
        starts_at=starts_at,
        patient_zone=time_zone,
        status=Status.PENDING,
    )
    row.state, row.override_reason = state, override_reason
    return row


def _add(session: Session, row: Appointment, visit_type: VisitType, action: str) -> None:
    try:
        with session.begin_nested():
            session.add(row)
            act(
                session,
                action,
                target=row,
                patient_id=row.patient_id,
                visit=visit_type.name,
                **told(row),
            )
    except IntegrityError as refused:
        if constraint_of(refused) == PATIENT_OVERLAP:
            raise OwnOverlap from refused
        if constraint_of(refused) == PRACTITIONER_OVERLAP:
            raise JustTaken(Refusal(Rule.TAKEN), []) from refused
        raise


def _ask_to_pay(session: Session, held: Appointment, by: Principal) -> None:
    if held.patient_id is None:
        return
    tell_patient(
        session,
        patient_id=held.patient_id,
        template="payment_requested",
        about=("appointment", held.id),
        once=str(held.id),
        context={
            "starts_at": held.starts_at,
            "time_zone": held.patient_time_zone,
            "until": held.hold_expires_at,
            "link": f"/portal/appointments/{held.id}/payment",
        },
        by=by,
    )
