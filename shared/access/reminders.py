"""Which visits are near enough to be reminded of. Ids only, so no look is noted."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.access.principal import Principal, Role
from shared.models.appointment import Appointment
from shared.models.dispatch import Dispatch

TEMPLATE = "visit_reminder"


def list_visits_to_remind(
    session: Session, *, viewer: Principal, first: datetime, until: datetime, limit: int = 200
) -> list[UUID]:
    """Booked visits that start in [first, until), were booked a day before, and have no reminder.

    For jobs only.
    """
    if viewer.acting_as is not Role.JOB:
        return []
    told = select(Dispatch.id).where(
        Dispatch.practice_id == Appointment.practice_id,
        Dispatch.patient_id == Appointment.patient_id,
        Dispatch.about_id == Appointment.id,
        Dispatch.template == TEMPLATE,
        Dispatch.created_at > Appointment.starts_at - timedelta(days=2),
    )
    wanted = (
        select(Appointment.id)
        .where(
            Appointment.practice_id == viewer.practice_id,
            Appointment.starts_at >= first,
            Appointment.starts_at < until,
            Appointment.status == "booked",
            Appointment.patient_id.is_not(None),
            Appointment.booked_at < Appointment.starts_at - timedelta(days=1),
            ~told.exists(),
        )
        .order_by(Appointment.starts_at)
        .limit(limit)
    )
    return list(session.scalars(wanted.execution_options(door=True)))
