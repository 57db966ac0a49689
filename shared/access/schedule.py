"""The door to the schedule: who comes when, with contact data and nothing clinical."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from shared.access.appointments import HIDDEN, SETTLED, same_practice, seen_by
from shared.access.errors import NotFound
from shared.access.principal import Principal
from shared.events import look
from shared.models.appointment import Appointment
from shared.models.patient import Patient
from shared.models.practitioner import Practitioner
from shared.models.visit_type import VisitType


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the schedule; a hold has no patient yet."""

    appointment: Appointment
    visit_type: VisitType
    practitioner: Practitioner
    patient: Patient | None


def access_entry(session: Session, *, viewer: Principal, appointment_id: UUID) -> Entry:
    """One line of the schedule, whatever became of it. Raises NotFound."""
    found = _list(session, _entries(viewer).where(Appointment.id == appointment_id))
    if not found:
        raise NotFound
    return found[0]


def list_schedule(
    session: Session, *, viewer: Principal, first: datetime, until: datetime
) -> list[Entry]:
    """Every appointment that takes time in [first, until), with the patient's contact data."""
    return _list(
        session,
        _entries(viewer)
        .where(
            Appointment.starts_at >= first,
            Appointment.starts_at < until,
            Appointment.status.not_in(("cancelled", HIDDEN, "proposed", "waitlist")),
        )
        .order_by(Appointment.starts_at, Appointment.id),
    )


def list_taken(
    session: Session,
    *,
    viewer: Principal,
    practitioner_id: UUID,
    first: datetime,
    until: datetime | None = None,
) -> list[Appointment]:
    """What is booked with a practitioner from `first` on: times and references, nobody's name."""
    statement = (
        select(Appointment)
        .where(
            Appointment.practice_id == viewer.practice_id,
            Appointment.practitioner_id == practitioner_id,
            Appointment.status.in_(SETTLED),
            Appointment.starts_at >= first,
            *seen_by(viewer),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
    if until is not None:
        statement = statement.where(Appointment.starts_at < until)
    found = list(session.scalars(statement.execution_options(door=True)))
    for row in found:
        look(session, "appointment.viewed", target=row, patient_id=row.patient_id)
    return found


def _entries(
    viewer: Principal,
) -> Select[Appointment, VisitType, Practitioner, Patient]:
    return (
        select(Appointment, VisitType, Practitioner, Patient)
        .join(VisitType, same_practice(VisitType, Appointment.visit_type_id))
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .outerjoin(Patient, same_practice(Patient, Appointment.patient_id))
        .where(Appointment.practice_id == viewer.practice_id, *seen_by(viewer))
    )


def _list(
    session: Session, statement: Select[Appointment, VisitType, Practitioner, Patient]
) -> list[Entry]:
    rows = session.execute(statement.execution_options(door=True))
    entries = [Entry(row, kind, person, patient) for row, kind, person, patient in rows]
    for entry in entries:
        if entry.patient is not None:
            row = entry.appointment
            look(session, "appointment.viewed", target=row, patient_id=entry.patient.id)
    return entries
