"""Doors to appointments: patients see their own, visitors what they hold, the desk the schedule.

Each door takes the viewer, answers "absent" and "not yours" alike, and notes the look.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, false, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared import clock
from shared.access.errors import NotFound
from shared.access.principal import STAFF_ROLES, Principal, Role
from shared.events import look
from shared.models.appointment import Appointment, AppointmentCancellation
from shared.models.patient import Patient
from shared.models.practitioner import Practitioner
from shared.models.visit_type import VisitType

HIDDEN = "entered-in-error"
SETTLED = ("booked", "checked-in", "arrived")
OVER = ("cancelled", "fulfilled", "noshow")
# Somebody waits, or is in the call, past the time that was planned.
GOING_ON = ("checked-in", "arrived")
LONGEST_OVERRUN = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment with what it is and with whom."""

    appointment: Appointment
    visit_type: VisitType
    practitioner: Practitioner


def access_appointment(
    session: Session, *, viewer: Principal, appointment_id: UUID, lock: bool = False
) -> Appointment:
    """The appointment; `lock` keeps it from changing under us. Raises NotFound."""
    statement = select(Appointment).where(
        Appointment.practice_id == viewer.practice_id,
        Appointment.id == appointment_id,
        *seen_by(viewer),
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = session.execute(statement.execution_options(door=True)).scalar_one_or_none()
    if row is None:
        raise NotFound
    look(session, "appointment.viewed", target=row, patient_id=row.patient_id)
    return row


def access_visit(session: Session, *, viewer: Principal, appointment_id: UUID) -> Visit:
    """The appointment with its visit type and practitioner. Raises NotFound."""
    found = _list(session, _visits(viewer).where(Appointment.id == appointment_id))
    if not found:
        raise NotFound
    return found[0]


def access_hold(session: Session, *, viewer: Principal, appointment_id: UUID) -> Visit:
    """A time that the viewer holds and has not booked yet, also one that ran out. NotFound else."""
    visit = access_visit(session, viewer=viewer, appointment_id=appointment_id)
    if visit.appointment.booked_at is not None:
        raise NotFound
    return visit


def list_upcoming(session: Session, *, viewer: Principal, limit: int = 20) -> list[Visit]:
    """The viewer's booked visits that are not over, and a time they hold, soonest first."""
    now = clock.now()
    asked = {"now": now, "lately": now - LONGEST_OVERRUN, "most": limit}
    if viewer.acting_as is Role.PATIENT and viewer.patient_id and viewer.may("visits"):
        asked |= {"practice": viewer.practice_id, "patient": viewer.patient_id}
        return _list(session, _patients_own_ahead(), asked)
    return _list(session, _ahead(_visits(viewer)), asked)


@cache
def _patients_own_ahead() -> Select[Appointment, VisitType, Practitioner]:
    """Made once: every first page of the portal asks it."""
    mine = of_patient(bindparam("patient"))
    return _ahead(_joined().where(Appointment.practice_id == bindparam("practice"), *mine))


def _ahead(
    visits: Select[Appointment, VisitType, Practitioner],
) -> Select[Appointment, VisitType, Practitioner]:
    now: BindParameter[datetime] = bindparam("now")
    lately: BindParameter[datetime] = bindparam("lately")
    return (
        visits.where(
            (Appointment.ends_at > now)
            | and_(Appointment.status.in_(GOING_ON), Appointment.ends_at > lately),
            Appointment.status.in_(SETTLED)
            | and_(Appointment.status == "pending", Appointment.hold_expires_at > now),
        )
        .order_by(Appointment.starts_at)
        .limit(bindparam("most"))
    )


def list_past(
    session: Session, *, viewer: Principal, before: datetime | None = None, limit: int = 20
) -> list[Visit]:
    """The viewer's visits that are over or were cancelled after booking, latest first.

    `before` is the start of the last one of the page before.
    """
    now = clock.now()
    behind = _visits(viewer).where(
        Appointment.booked_at.is_not(None),
        Appointment.status.in_(OVER)
        | and_(Appointment.ends_at <= now, Appointment.status.not_in(GOING_ON))
        | (Appointment.ends_at <= now - LONGEST_OVERRUN),
    )
    if before is not None:
        behind = behind.where(Appointment.starts_at < before)
    return _list(session, behind.order_by(Appointment.starts_at.desc()).limit(limit))


def list_booked(
    session: Session, *, viewer: Principal, patient_id: UUID, limit: int = 20
) -> list[Visit]:
    """A patient's visits that were ever booked, latest first."""
    booked = _visits(viewer).where(
        Appointment.patient_id == patient_id,
        Appointment.booked_at.is_not(None),
        Appointment.status != HIDDEN,
    )
    return _list(session, booked.order_by(Appointment.starts_at.desc()).limit(limit))


def find_cancellation(
    session: Session, *, viewer: Principal, appointment: Appointment
) -> AppointmentCancellation | None:
    """How an appointment that the viewer may see ended, if it was cancelled."""
    return session.execute(
        select(AppointmentCancellation)
        .join(
            Appointment,
            and_(
                Appointment.practice_id == AppointmentCancellation.practice_id,
                Appointment.id == AppointmentCancellation.appointment_id,
            ),
        )
        .where(
            AppointmentCancellation.practice_id == viewer.practice_id,
            AppointmentCancellation.appointment_id == appointment.id,
            *seen_by(viewer),
        )
        .execution_options(door=True)
    ).scalar_one_or_none()


def _joined() -> Select[Appointment, VisitType, Practitioner]:
    return (
        select(Appointment, VisitType, Practitioner)
        .join(VisitType, same_practice(VisitType, Appointment.visit_type_id))
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .execution_options(door=True)
    )


def _visits(viewer: Principal) -> Select[Appointment, VisitType, Practitioner]:
    return _joined().where(Appointment.practice_id == viewer.practice_id, *seen_by(viewer))


def _list(
    session: Session,
    statement: Select[Appointment, VisitType, Practitioner],
    asked: dict[str, Any] | None = None,
) -> list[Visit]:
    rows = session.execute(statement, asked)
    visits = [Visit(appointment, kind, person) for appointment, kind, person in rows]
    for row in (visit.appointment for visit in visits):
        look(session, "appointment.viewed", target=row, patient_id=row.patient_id)
    return visits


def same_practice(
    model: type[VisitType] | type[Patient], key: InstrumentedAttribute[Any]
) -> ColumnElement[bool]:
    """Joins `model` to the appointment by the whole key, as the indexes are made."""
    return and_(model.practice_id == Appointment.practice_id, model.id == key)


def seen_by(viewer: Principal) -> tuple[ColumnElement[bool], ...]:
    """The conditions that keep a viewer to what they may see; row-level security says it again."""
    if viewer.acting_as is Role.JOB:
        return ()
    if viewer.acting_as in STAFF_ROLES:
        return (Appointment.status != HIDDEN,)
    if not viewer.may("visits"):
        return (false(),)
    if viewer.patient_id is not None:
        return of_patient(viewer.patient_id)
    if viewer.visitor is not None:
        return (Appointment.visitor_key == viewer.visitor, Appointment.patient_id.is_(None))
    return (false(),)


def of_patient(patient: UUID | BindParameter[UUID]) -> tuple[ColumnElement[bool], ...]:
    """What a patient, or who acts for them, may see."""
    return Appointment.patient_id == patient, Appointment.status != HIDDEN
