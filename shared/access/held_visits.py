"""Doors of who holds a visit: their own visits, the waiting list of the desk, who is added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.access.appointments import seen_by
from shared.access.errors import NotFound
from shared.access.principal import Principal, Role
from shared.access.theirs import theirs
from shared.events import look
from shared.models.appointment import Appointment
from shared.models.patient import Patient
from shared.models.practitioner import Practitioner, PractitionerRole
from shared.models.visit import VideoRoom, Visit, VisitPresence
from shared.models.visit_company import PractitionerDelay
from shared.models.visit_type import VisitType

DESK = frozenset({Role.PHYSICIAN, Role.NURSE, Role.RECEPTIONIST})


@dataclass(frozen=True, slots=True)
class HeldVisit:
    """A visit with what its practitioner needs beside the picture."""

    visit: Visit
    appointment: Appointment
    visit_type: VisitType
    practitioner: Practitioner
    patient: Patient


@dataclass(frozen=True, slots=True)
class WaitingVisit:
    """A line of the waiting list: who, how far, and when each side's page last spoke."""

    visit: Visit
    visit_type: str
    practitioner_id: UUID
    practitioner: str
    patient: Patient
    room: str | None
    patient_seen_at: datetime | None
    patient_place: str | None


def access_held_visit(session: Session, *, viewer: Principal, visit_id: UUID) -> HeldVisit:
    """One visit of the viewer's own, to hold it. Raises NotFound, for a colleague's as well."""
    found = session.execute(
        select(Visit, Appointment, VisitType, Practitioner, Patient)
        .join(Appointment, _of_visit(Appointment, Visit.appointment_id))
        .join(VisitType, _of_visit(VisitType, Appointment.visit_type_id))
        .join(Practitioner, Practitioner.id == Visit.practitioner_id)
        .join(Patient, _of_visit(Patient, Visit.patient_id))
        .where(
            Visit.practice_id == viewer.practice_id,
            Visit.id == visit_id,
            holds(viewer, Visit.practitioner_id),
        )
        .execution_options(door=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    visit, appointment, kind, practitioner, patient = found
    held = HeldVisit(visit, appointment, kind, practitioner, patient)
    look(session, "visit.viewed", target=held.visit, patient_id=held.visit.patient_id)
    return held


def find_held_visit_of(
    session: Session, *, viewer: Principal, appointment_id: UUID
) -> tuple[UUID, str] | None:
    """Id and status of the viewer's own visit of an appointment, for a link to it; so no look."""
    row = session.execute(
        select(Visit.id, Visit.status)
        .where(
            Visit.practice_id == viewer.practice_id,
            Visit.appointment_id == appointment_id,
            holds(viewer, Visit.practitioner_id),
        )
        .execution_options(door=True)
    ).one_or_none()
    return (row.id, row.status) if row else None


def list_waiting(
    session: Session, *, viewer: Principal, first: datetime, until: datetime
) -> list[WaitingVisit]:
    """Visits of a stretch whose door was opened, over ones too, in the order of their times."""
    if not viewer.roles & DESK:
        raise NotFound
    room = (
        select(func.max(VideoRoom.status))
        .where(
            VideoRoom.practice_id == Visit.practice_id,
            VideoRoom.visit_id == Visit.id,
            VideoRoom.status.not_in(("gone", "failed")),
        )
        .scalar_subquery()
    )
    there = VisitPresence
    rows = session.execute(
        select(Visit, VisitType.name, Practitioner, Patient, room, there.seen_at, there.place)
        .join(Appointment, _of_visit(Appointment, Visit.appointment_id))
        .join(VisitType, _of_visit(VisitType, Appointment.visit_type_id))
        .join(Practitioner, Practitioner.id == Visit.practitioner_id)
        .join(Patient, _of_visit(Patient, Visit.patient_id))
        .outerjoin(
            there,
            ((there.practice_id == Visit.practice_id) & (there.visit_id == Visit.id))
            & (there.side == "patient"),
        )
        .where(
            Visit.practice_id == viewer.practice_id,
            or_(
                Visit.starts_at.between(first, until),
                Visit.torn_down_at.is_(None) & (Visit.starts_at < until),
            ),
        )
        .order_by(Visit.starts_at, Visit.id)
        .execution_options(door=True, populate_existing=True)
    )
    found = [
        WaitingVisit(visit, kind, who.id, who.full_name, patient, made, seen_at, place)
        for visit, kind, who, patient, made, seen_at, place in rows
    ]
    for one in found:
        look(session, "visit.viewed", target=one.visit, patient_id=one.patient.id)
    return found


def list_coming(
    session: Session, *, viewer: Principal, practitioner_id: UUID, first: datetime, until: datetime
) -> Sequence[Appointment]:
    """Who is booked with a practitioner in a stretch, for telling them; shown to nobody."""
    return (
        session.execute(
            select(Appointment)
            .where(
                Appointment.practice_id == viewer.practice_id,
                Appointment.practitioner_id == practitioner_id,
                Appointment.patient_id.is_not(None),
                Appointment.status.in_(("booked", "checked-in")),
                Appointment.starts_at >= first,
                Appointment.starts_at < until,
                *seen_by(viewer),
            )
            .order_by(Appointment.starts_at, Appointment.id)
            .execution_options(door=True)
        )
        .scalars()
        .all()
    )


def list_before(
    session: Session, *, viewer: Principal, practitioner_id: UUID, since: datetime
) -> Sequence[Visit]:
    """A practitioner's visits that have not begun, locked, for the estimate of their wait."""
    return (
        session.execute(
            select(Visit)
            .where(
                Visit.practice_id == viewer.practice_id,
                Visit.practitioner_id == practitioner_id,
                Visit.starts_at >= since,
                Visit.status.in_(("scheduled", "room_ready", "patient_checked_in")),
                *theirs(viewer, Visit.patient_id),
            )
            .order_by(Visit.starts_at, Visit.id)
            .with_for_update()
            .execution_options(door=True, populate_existing=True)
        )
        .scalars()
        .all()
    )


def find_delay(
    session: Session, *, viewer: Principal, practitioner_id: UUID, since: datetime
) -> int:
    """The minutes a practitioner last said they are late, 0 when nothing was said since then."""
    minutes = session.scalar(
        select(PractitionerDelay.minutes)
        .where(
            PractitionerDelay.practice_id == viewer.practice_id,
            PractitionerDelay.practitioner_id == practitioner_id,
            PractitionerDelay.said_at >= since,
        )
        .order_by(PractitionerDelay.said_at.desc(), PractitionerDelay.id.desc())
        .limit(1)
    )
    return minutes or 0


def find_own_practitioner(session: Session, *, viewer: Principal) -> UUID | None:
    """Which practitioner somebody at the desk is, None for who sees no patients."""
    if viewer.account_id is None:
        return None
    return session.scalar(
        select(PractitionerRole.practitioner_id).where(
            PractitionerRole.practice_id == viewer.practice_id,
            PractitionerRole.account_id == viewer.account_id,
            PractitionerRole.active,
        )
    )


def _of_visit(
    model: type[Appointment] | type[VisitType] | type[Patient], key: InstrumentedAttribute[UUID]
) -> ColumnElement[bool]:
    """Joins `model` to the visit by the whole key, as the indexes are made."""
    return and_(model.practice_id == Visit.practice_id, model.id == key)


def holds(viewer: Principal, practitioner_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """The condition that a practitioner is the viewer; the database says it again for the room."""
    if Role.PHYSICIAN not in viewer.roles:
        return false()
    return exists().where(
        PractitionerRole.practice_id == viewer.practice_id,
        PractitionerRole.practitioner_id == practitioner_id,
        PractitionerRole.account_id == viewer.account_id,
        PractitionerRole.active,
    )
