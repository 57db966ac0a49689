"""Moving a booked visit: the same record at another time, paid as it was; its old time is free."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import Range as StoredRange
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared import clock
from shared.access.appointments import access_appointment
from shared.access.patients import access_patient
from shared.access.principal import Principal
from shared.booking.conflicts import PATIENT_OVERLAP, PRACTITIONER_OVERLAP, constraint_of
from shared.booking.desk_times import BENDABLE, offer_of, times_instead
from shared.booking.errors import (
    CannotMove,
    JustTaken,
    MovedMeanwhile,
    OwnOverlap,
    SlotRefused,
)
from shared.booking.invitation import invitation
from shared.booking.offers import PersonalOffer, rules_of
from shared.booking.rows import lock_practitioner, sweep_holds, told
from shared.booking.slots import Refusal, Rule
from shared.booking.states import Status
from shared.booking.zones import zone
from shared.events import act
from shared.messaging.email import send_email
from shared.models.appointment import Appointment
from shared.models.visit_type import VisitType


def can_move(appointment: Appointment) -> bool:
    """True for a booked visit that has not begun."""
    return appointment.status == Status.BOOKED and appointment.starts_at > clock.now()


def move_appointment(
    session: Session,
    *,
    appointment: Appointment,
    starts_at: datetime,
    practitioner_id: UUID,
    sequence: int,
    by: Principal,
    override_reason: str | None = None,
) -> Appointment:
    """Give a booked visit another time, in one step; what was paid stays paid for it.

    `sequence` is the row's when the page was made: of two moves at once the second is refused.
    The cancellation window plays no part. With `override_reason` hours, notice and grid are bent.
    Raises CannotMove, MovedMeanwhile, JustTaken, SlotRefused, OwnOverlap.
    """
    # One order for everybody, so that two moves between the same two people cannot deadlock.
    for person in sorted({appointment.practitioner_id, practitioner_id}):
        lock_practitioner(session, person)
    locked = access_appointment(session, viewer=by, appointment_id=appointment.id, lock=True)
    if not can_move(locked):
        raise CannotMove
    if locked.sequence != sequence or locked.practitioner_id != appointment.practitioner_id:
        raise MovedMeanwhile
    if locked.starts_at == starts_at and locked.practitioner_id == practitioner_id:
        return locked
    sweep_holds(session, practitioner_id)
    visit_type = session.get_one(VisitType, (locked.practice_id, locked.visit_type_id))
    chosen = offer_of(
        session,
        visit_type=visit_type,
        practitioner_id=practitioner_id,
        at=starts_at,
        state=locked.state,
        moving=locked,
    )
    _check(session, chosen, starts_at, visit_type, locked, override_reason)
    _retime(session, locked, chosen, visit_type, starts_at, override_reason)
    _tell(session, locked, by)
    return locked


def _check(
    session: Session,
    chosen: PersonalOffer,
    starts_at: datetime,
    visit_type: VisitType,
    moving: Appointment,
    override_reason: str | None,
) -> None:
    refusal = chosen.offer.why_not(starts_at, bent=BENDABLE if override_reason else frozenset())
    if refusal is None:
        return
    if refusal.rule is not Rule.TAKEN:
        raise SlotRefused(refusal)
    person = chosen.practitioner.id
    raise JustTaken(refusal, times_instead(session, visit_type, person, starts_at, moving))


def _retime(
    session: Session,
    row: Appointment,
    chosen: PersonalOffer,
    visit_type: VisitType,
    starts_at: datetime,
    override_reason: str | None,
) -> None:
    """The length is the booked one's, even where the kind of visit has another by now."""
    rules, was = rules_of(visit_type), told(row)["when"]
    ends_at = starts_at + (row.ends_at - row.starts_at)
    try:
        with session.begin_nested():
            row.starts_at, row.ends_at = starts_at, ends_at
            row.during = StoredRange(starts_at, ends_at)
            row.occupied = StoredRange(
                starts_at - rules.buffer_before, ends_at + rules.buffer_after
            )
            row.practitioner_id = chosen.practitioner.id
            row.time_zone = chosen.role.time_zone
            there = zone(chosen.role.time_zone)
            row.wall_clock = starts_at.astimezone(there).replace(tzinfo=None)
            row.override_reason = override_reason
            row.sequence += 1
            act(
                session,
                "appointment.moved",
                target=row,
                patient_id=row.patient_id,
                was=was,
                **told(row),
            )
    except IntegrityError as refused:
        session.expire(row)
        if constraint_of(refused) == PATIENT_OVERLAP:
            raise OwnOverlap from refused
        if constraint_of(refused) == PRACTITIONER_OVERLAP:
            raise JustTaken(Refusal(Rule.TAKEN), []) from refused
        raise


def _tell(session: Session, row: Appointment, by: Principal) -> None:
    """Tell the patient, with the calendar file that takes the place of the last one."""
    if row.patient_id is None:
        return
    patient = access_patient(session, viewer=by, patient_id=row.patient_id)
    send_email(
        session,
        to=patient.email,
        template="booking_moved",
        context={
            "first_name": patient.called,
            "starts_at": row.starts_at,
            "time_zone": row.patient_time_zone,
            "link": f"/portal/appointments/{row.id}",
        },
        patient_id=patient.id,
        about=("appointment", row.id),
        dedupe_key=f"booking_moved:{row.id}:{row.sequence}",
        calendar=invitation(session, row, attendee=patient.email),
    )
