"""From held to booked: when the money is there, or when there is nothing to pay."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared import clock
from shared.access.appointments import access_appointment, find_cancellation
from shared.access.patients import access_patient
from shared.access.principal import Principal
from shared.booking.conflicts import PATIENT_OVERLAP, PRACTITIONER_OVERLAP, constraint_of
from shared.booking.errors import SlotGone
from shared.booking.invitation import invitation
from shared.booking.rows import lock_practitioner, sweep_holds, told
from shared.booking.states import Status, check_move
from shared.events import act
from shared.messaging.email import send_email
from shared.models.appointment import Appointment
from shared.models.visit_type import VisitType

ENDED_BY_TIME = "hold_expired"


def confirm_appointment(
    session: Session, *, appointment: Appointment, by: Principal
) -> Appointment:
    """Book a held time and ask for the confirmation mail; one already booked stays as it is.

    A hold that ran out is booked when its time is still free. Raises SlotGone when it is not, when
    the visit would have begun, or when the patient let it go: what was paid for it goes back.
    """
    lock_practitioner(session, appointment.practitioner_id)
    locked = access_appointment(session, viewer=by, appointment_id=appointment.id, lock=True)
    if locked.booked_at is not None and locked.status != Status.CANCELLED:
        return locked
    if locked.booked_at is not None or not _may_still(session, locked, by):
        raise SlotGone
    if locked.status == Status.CANCELLED:
        sweep_holds(session, locked.practitioner_id)
    _book(session, locked)
    send_confirmation(session, locked, by)
    return locked


def _may_still(session: Session, appointment: Appointment, by: Principal) -> bool:
    """Held still, or ended by nothing but the clock, and not yet begun."""
    if appointment.starts_at <= clock.now() or appointment.patient_id is None:
        return False
    if appointment.status == Status.PENDING:
        return True
    ended = find_cancellation(session, viewer=by, appointment=appointment)
    return ended is not None and ended.reason == ENDED_BY_TIME


def _book(session: Session, appointment: Appointment) -> None:
    check_move(appointment.status, Status.BOOKED)
    visit_type = session.get_one(VisitType, (appointment.practice_id, appointment.visit_type_id))
    was = appointment.status, appointment.booked_at, appointment.hold_expires_at
    try:
        with session.begin_nested():
            appointment.status = Status.BOOKED.value
            appointment.booked_at = clock.now()
            appointment.hold_expires_at = None
            act(
                session,
                "appointment.booked",
                target=appointment,
                patient_id=appointment.patient_id,
                visit=visit_type.name,
                **told(appointment),
            )
    except IntegrityError as refused:
        if constraint_of(refused) not in {PRACTITIONER_OVERLAP, PATIENT_OVERLAP}:
            raise
        appointment.status, appointment.booked_at, appointment.hold_expires_at = was
        session.expire(appointment)
        raise SlotGone from refused


def send_confirmation(session: Session, appointment: Appointment, by: Principal) -> None:
    """Ask for the mail that says a visit is booked, with its calendar file; once."""
    if appointment.patient_id is None:
        return
    patient = access_patient(session, viewer=by, patient_id=appointment.patient_id)
    send_email(
        session,
        to=patient.email,
        template="booking_confirmed",
        context={
            "first_name": patient.called,
            "starts_at": appointment.starts_at,
            "time_zone": appointment.patient_time_zone,
            "link": f"/portal/appointments/{appointment.id}",
        },
        patient_id=patient.id,
        about=("appointment", appointment.id),
        dedupe_key=f"booking_confirmed:{appointment.id}",
        calendar=invitation(session, appointment, attendee=patient.email),
    )
