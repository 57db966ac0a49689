"""Cancelling a booked visit: who, when, why, and what money goes back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from shared import clock
from shared.access.appointments import access_appointment
from shared.access.patients import access_patient
from shared.access.principal import Principal
from shared.billing import abandon_appointment, refund_appointment
from shared.booking.errors import CannotCancel
from shared.booking.ical import Method
from shared.booking.invitation import invitation
from shared.booking.rows import end_appointment
from shared.booking.states import Status
from shared.messaging.email import send_email
from shared.models.appointment import Appointment, AppointmentCancellation
from shared.models.visit_type import VisitType

PRACTICE_REQUEST = "practice_request"
PATIENT_REQUEST = "patient_request"


@dataclass(frozen=True, slots=True)
class Terms:
    """What cancelling now would mean: until when it is free, and what would go back."""

    free_until: datetime
    within_policy: bool
    refund_due_minor: int


def terms_of(
    session: Session,
    *,
    appointment: Appointment,
    reason: str = PATIENT_REQUEST,
    excused: bool = False,
) -> Terms:
    """The visit type's cancellation window, applied now. The practice's own cancelling is free.

    `excused`: the practice kept the patient waiting, so theirs is free as well.
    """
    visit_type = session.get_one(VisitType, (appointment.practice_id, appointment.visit_type_id))
    free_until = appointment.starts_at - timedelta(hours=visit_type.cancel_window_hours)
    within = excused or reason == PRACTICE_REQUEST or clock.now() <= free_until
    return Terms(free_until, within, appointment.price_minor if within else 0)


def can_cancel(
    appointment: Appointment, *, reason: str = PATIENT_REQUEST, excused: bool = False
) -> bool:
    """True for a booked visit before its time; `excused`, also for one that is still waited for.

    The practice may also call off what it missed: the patient came and was not met.
    """
    waiting = appointment.status in {Status.BOOKED, Status.CHECKED_IN}
    missed = reason == PRACTICE_REQUEST and appointment.status == Status.CHECKED_IN
    return waiting and (excused or missed or appointment.starts_at > clock.now())


def cancel_appointment(
    session: Session,
    *,
    appointment: Appointment,
    by: Principal,
    reason: str = PATIENT_REQUEST,
    excused: bool = False,
) -> AppointmentCancellation:
    """End a booked visit, give back what the policy says, and ask for the mail.

    Raises CannotCancel when it has begun, is over, or was cancelled before.
    """
    locked = access_appointment(session, viewer=by, appointment_id=appointment.id, lock=True)
    if not can_cancel(locked, reason=reason, excused=excused):
        raise CannotCancel
    terms = terms_of(session, appointment=locked, reason=reason, excused=excused)
    ended = end_appointment(
        session,
        appointment=locked,
        by=by,
        action="appointment.cancelled",
        reason=reason,
        within_policy=terms.within_policy,
        refund_due_minor=terms.refund_due_minor,
    )
    why = "by_practice" if reason == PRACTICE_REQUEST else "cancelled_in_time"
    due = terms.refund_due_minor
    if not due or not refund_appointment(session, appointment_id=locked.id, reason=why, by=by):
        # Nothing goes back; somebody may yet be on the way to pay for what was owed.
        abandon_appointment(session, appointment_id=locked.id, by=by)
    _tell(session, locked, by)
    return ended


def _tell(session: Session, appointment: Appointment, by: Principal) -> None:
    if appointment.patient_id is None:
        return
    patient = access_patient(session, viewer=by, patient_id=appointment.patient_id)
    send_email(
        session,
        to=patient.email,
        template="booking_cancelled",
        context={
            "first_name": patient.called,
            "starts_at": appointment.starts_at,
            "time_zone": appointment.patient_time_zone,
            "link": f"/portal/appointments/{appointment.id}",
        },
        patient_id=patient.id,
        about=("appointment", appointment.id),
        dedupe_key=f"booking_cancelled:{appointment.id}",
        calendar=invitation(session, appointment, attendee=patient.email, method=Method.CANCEL),
    )
