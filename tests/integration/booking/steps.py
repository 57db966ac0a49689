"""The steps of a booking as tests take them: each in its own committed transaction."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from shared import booking
from shared.access.appointments import access_appointment, find_cancellation
from shared.access.principal import Principal
from shared.booking.offers import get_visit_type
from shared.db import open_session
from shared.models.appointment import Appointment, AppointmentCancellation
from shared.models.dispatch import Dispatch
from tests.people import PracticeOf

NINE = datetime(2027, 1, 5, 14, 0, tzinfo=UTC)  # Tuesday 9:00 in Boca Raton
EASTERN = "America/New_York"


def patient_of(place: PracticeOf, number: int = 0) -> Principal:
    """One of the practice's patients, signed in."""
    return list(place.patients.values())[number].viewer


def hold(place: PracticeOf, by: Principal, at: datetime = NINE, slug: str = "first-visit") -> UUID:
    """Hold a time."""
    with open_session(by.context()) as session:
        visit_type = get_visit_type(session, practice_id=place.id, slug=slug)
        return booking.hold_slot(
            session, visit_type=visit_type, starts_at=at, by=by, time_zone=EASTERN
        ).id


def confirm(place: PracticeOf, appointment_id: UUID) -> Appointment:
    """The money is there."""
    job = place.job()
    with open_session(job.context()) as session:
        row = access_appointment(session, viewer=job, appointment_id=appointment_id)
        return booking.confirm_appointment(session, appointment=row, by=job)


def cancel(
    by: Principal, appointment_id: UUID, reason: str = "patient_request"
) -> AppointmentCancellation:
    """Cancel a booked visit."""
    with open_session(by.context()) as session:
        row = access_appointment(session, viewer=by, appointment_id=appointment_id)
        return booking.cancel_appointment(session, appointment=row, by=by, reason=reason)


def read(
    place: PracticeOf, appointment_id: UUID
) -> tuple[Appointment, AppointmentCancellation | None]:
    """What the database holds of it."""
    job = place.job()
    with open_session(job.context()) as session:
        row = access_appointment(session, viewer=job, appointment_id=appointment_id)
        return row, find_cancellation(session, viewer=job, appointment=row)


def mails(place: PracticeOf, appointment_id: UUID) -> list[str]:
    """The mails about it, oldest first."""
    with open_session(place.job().context()) as session:
        return list(
            session.scalars(
                select(Dispatch.template)
                .where(Dispatch.about_id == appointment_id)
                .order_by(Dispatch.id)
                .execution_options(door=True)
            )
        )
