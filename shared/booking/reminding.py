"""The day before: one mail that says when the visit is."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.access.appointments import access_appointment
from shared.access.principal import Principal
from shared.access.reminders import TEMPLATE, list_visits_to_remind
from shared.booking.states import Status
from shared.messaging.telling import tell_patient
from shared.models.appointment import Appointment

AHEAD = timedelta(hours=24)
# Nearer than that, a mail is read too late to be of use.
NEAREST = timedelta(hours=2)


def list_reminders_due(session: Session, *, by: Principal) -> list[UUID]:
    """The visits whose patients have to be reminded now."""
    at = clock.now()
    return list_visits_to_remind(session, viewer=by, first=at + NEAREST, until=at + AHEAD)


def remind_of_visit(session: Session, *, appointment_id: UUID, by: Principal) -> None:
    """Ask for the mail, once for each time the visit was given. What the reader chose holds."""
    visit = access_appointment(session, viewer=by, appointment_id=appointment_id)
    if visit.status != Status.BOOKED or visit.patient_id is None:
        return
    tell_patient(
        session,
        patient_id=visit.patient_id,
        template=TEMPLATE,
        about=("appointment", visit.id),
        once=f"{visit.id}:{visit.starts_at.isoformat()}",
        context={
            "starts_at": visit.starts_at,
            "time_zone": visit.patient_time_zone,
            "link": _link(visit),
        },
        by=by,
    )


def _link(visit: Appointment) -> str:
    """A video visit's own page: check-in once its door is open, and what to know before."""
    page = f"/portal/appointments/{visit.id}"
    return f"{page}/visit" if visit.modality == "video" else page
