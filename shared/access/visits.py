"""Doors to visits and who is there: the patient's own, the desk's of the practice."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from shared.access.appointments import seen_by
from shared.access.errors import NotFound
from shared.access.principal import Principal
from shared.access.theirs import theirs
from shared.models.appointment import Appointment
from shared.models.visit import LicenceOverride, Visit, VisitPresence


def find_visit_of(session: Session, *, viewer: Principal, appointment_id: UUID) -> Visit | None:
    """The visit of an appointment, None before it was opened; for services, so no look."""
    return _one(session, viewer, Visit.appointment_id == appointment_id, lock=False)


def modality_of(session: Session, *, viewer: Principal, appointment: Appointment) -> str:
    """How an appointment that the viewer was given takes place: as booked, or by phone after all.

    Says nothing else about it, so no look.
    """
    found: str | None = session.execute(
        select(Visit.modality)
        .where(
            Visit.practice_id == viewer.practice_id,
            Visit.appointment_id == appointment.id,
            Visit.patient_id == appointment.patient_id,
        )
        .execution_options(door=True)
    ).scalar_one_or_none()
    return found or appointment.modality


def get_visit(session: Session, *, viewer: Principal, visit_id: UUID, lock: bool = False) -> Visit:
    """A visit as services and the pages' beats need it: its state only, so no look.

    Raises NotFound.
    """
    row = _one(session, viewer, Visit.id == visit_id, lock=lock)
    if row is None:
        raise NotFound
    return row


def list_open_visits(session: Session, *, viewer: Principal) -> Sequence[Visit]:
    """Visits that are not torn down yet, for the watch; so no look."""
    return (
        session.execute(
            select(Visit)
            .where(
                Visit.practice_id == viewer.practice_id,
                Visit.torn_down_at.is_(None),
                *visits_seen_by(viewer),
            )
            .order_by(Visit.starts_at, Visit.id)
            .execution_options(door=True)
        )
        .scalars()
        .all()
    )


def list_opening(
    session: Session, *, viewer: Principal, since: datetime, until: datetime
) -> Sequence[Appointment]:
    """Booked appointments that begin in a stretch and have no visit yet, for the watch."""
    known = exists().where(
        Visit.practice_id == Appointment.practice_id, Visit.appointment_id == Appointment.id
    )
    return (
        session.execute(
            select(Appointment)
            .where(
                Appointment.practice_id == viewer.practice_id,
                Appointment.starts_at >= since,
                Appointment.starts_at <= until,
                Appointment.status == "booked",
                *seen_by(viewer),
                ~known,
            )
            .order_by(Appointment.starts_at, Appointment.id)
            .execution_options(door=True)
        )
        .scalars()
        .all()
    )


def lock_appointment_of(session: Session, *, viewer: Principal, visit: Visit) -> Appointment:
    """The visit's appointment, locked, for the step that moves both; so no look."""
    return session.execute(
        select(Appointment)
        .where(
            Appointment.practice_id == viewer.practice_id,
            Appointment.id == visit.appointment_id,
            *seen_by(viewer),
        )
        .with_for_update()
        .execution_options(door=True, populate_existing=True)
    ).scalar_one()


def list_presences(session: Session, *, viewer: Principal, visit: Visit) -> list[VisitPresence]:
    """Where each side's page was when it last spoke."""
    return list(
        session.execute(
            select(VisitPresence)
            .where(
                VisitPresence.practice_id == viewer.practice_id,
                VisitPresence.visit_id == visit.id,
                *theirs(viewer, VisitPresence.patient_id),
            )
            .execution_options(door=True, populate_existing=True)
        ).scalars()
    )


def _one(
    session: Session, viewer: Principal, which: ColumnElement[bool], *, lock: bool
) -> Visit | None:
    statement = select(Visit).where(
        Visit.practice_id == viewer.practice_id, which, *visits_seen_by(viewer)
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.execute(statement.execution_options(door=True)).scalar_one_or_none()


def has_override(session: Session, *, viewer: Principal, visit: Visit) -> bool:
    """True when a clinician let this visit go on without a licence; shows nothing else."""
    found = session.execute(
        select(LicenceOverride.id)
        .where(
            LicenceOverride.practice_id == viewer.practice_id,
            LicenceOverride.visit_id == visit.id,
            *theirs(viewer, LicenceOverride.patient_id),
        )
        .execution_options(door=True)
    ).scalar_one_or_none()
    return found is not None


def visits_seen_by(viewer: Principal) -> tuple[ColumnElement[bool], ...]:
    """The conditions that keep a viewer to what they may see; row-level security says it again."""
    return theirs(viewer, Visit.patient_id)
