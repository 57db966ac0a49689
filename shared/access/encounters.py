"""Doors to encounters: that a visit took place, for the desk; what was said in it is in `notes`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.principal import Principal, Role
from shared.access.theirs import theirs
from shared.events import look
from shared.models.appointment import Appointment
from shared.models.encounter import Encounter
from shared.models.patient import Patient
from shared.models.practitioner import Practitioner, PractitionerRole
from shared.models.visit import Visit
from shared.models.visit_type import VisitType

READERS = frozenset({Role.PHYSICIAN, Role.NURSE, Role.RECEPTIONIST, Role.BILLER})


@dataclass(frozen=True, slots=True)
class Held:
    """An encounter with what it was booked as, with whom and for whom.

    `visit` says how it took place; None for one that never had a page of its own.
    """

    encounter: Encounter
    appointment: Appointment
    visit_type: VisitType
    practitioner: Practitioner
    patient: Patient
    visit: Visit | None


def access_encounter(
    session: Session, *, viewer: Principal, patient_id: UUID, encounter_id: UUID
) -> Held:
    """One encounter of a patient, for the desk. Raises NotFound."""
    wanted = _held(viewer).where(Encounter.patient_id == patient_id, Encounter.id == encounter_id)
    found = _list(session, viewer, wanted)
    if not found:
        raise NotFound
    return found[0]


def access_encounter_of(session: Session, *, viewer: Principal, appointment_id: UUID) -> Held:
    """The encounter of an appointment, for the desk. Raises NotFound."""
    found = _list(session, viewer, _held(viewer).where(Encounter.appointment_id == appointment_id))
    if not found:
        raise NotFound
    return found[0]


def list_encounters(
    session: Session, *, viewer: Principal, patient_id: UUID, limit: int = 50
) -> list[Held]:
    """A patient's encounters, latest first, for the desk."""
    wanted = _held(viewer).where(Encounter.patient_id == patient_id)
    order = (Encounter.planned_for.desc(), Encounter.id)
    return _list(session, viewer, wanted.order_by(*order).limit(limit))


def list_own_encounters(
    session: Session,
    *,
    viewer: Principal,
    statuses: Sequence[str],
    latest_first: bool = False,
    limit: int = 50,
) -> list[Held]:
    """The encounters of the practitioner who looks, in the given states."""
    when = Encounter.planned_for.desc() if latest_first else Encounter.planned_for.asc()
    wanted = (
        _held(viewer)
        .join(
            PractitionerRole,
            and_(
                PractitionerRole.practice_id == Encounter.practice_id,
                PractitionerRole.practitioner_id == Encounter.practitioner_id,
            ),
        )
        .where(
            PractitionerRole.account_id == viewer.account_id, Encounter.status.in_(list(statuses))
        )
        .order_by(when, Encounter.id)
        .limit(limit)
    )
    return _list(session, viewer, wanted)


def find_encounter_of(
    session: Session, *, viewer: Principal, appointment_id: UUID, lock: bool = False
) -> Encounter | None:
    """The encounter of an appointment, None before its visit; for services, so no look."""
    return _one(session, viewer, Encounter.appointment_id == appointment_id, lock)


def lock_encounter(session: Session, *, viewer: Principal, encounter_id: UUID) -> Encounter:
    """The encounter, kept from changing under us; for services, so no look. Raises NotFound."""
    row = _one(session, viewer, Encounter.id == encounter_id, lock=True)
    if row is None:
        raise NotFound
    return row


def is_treating(session: Session, *, viewer: Principal, encounter: Encounter) -> bool:
    """True for the practitioner whose visit it is, in this practice."""
    if viewer.account_id is None or viewer.acting_as is not Role.PHYSICIAN:
        return False
    found = session.scalar(
        select(PractitionerRole.id).where(
            PractitionerRole.practice_id == encounter.practice_id,
            PractitionerRole.practitioner_id == encounter.practitioner_id,
            PractitionerRole.account_id == viewer.account_id,
        )
    )
    return found is not None


def list_unfinished(
    session: Session, *, viewer: Principal, statuses: Sequence[str], before: datetime
) -> list[Encounter]:
    """Encounters in those states whose last step was before a moment; for the watch, so no look."""
    if viewer.acting_as is not Role.JOB:
        return []
    wanted = (
        select(Encounter)
        .where(
            Encounter.practice_id == viewer.practice_id,
            Encounter.status.in_(list(statuses)),
            Encounter.planned_for < before,
        )
        .order_by(Encounter.planned_for, Encounter.id)
    )
    return [
        row
        for row in session.scalars(wanted.execution_options(door=True))
        if (row.signed_at or row.ended_at or row.planned_for) < before
    ]


def _one(
    session: Session, viewer: Principal, which: ColumnElement[bool], lock: bool
) -> Encounter | None:
    wanted = select(Encounter).where(
        Encounter.practice_id == viewer.practice_id, which, *theirs(viewer, Encounter.patient_id)
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.execute(wanted.execution_options(door=True)).scalar_one_or_none()


Wanted = Select[Encounter, Appointment, VisitType, Practitioner, Patient, Visit | None]


def _held(viewer: Principal) -> Wanted:
    same = Appointment.practice_id == Encounter.practice_id
    return (
        select(Encounter, Appointment, VisitType, Practitioner, Patient, Visit)
        .join(Appointment, and_(same, Appointment.id == Encounter.appointment_id))
        .join(
            VisitType,
            and_(
                VisitType.practice_id == Encounter.practice_id,
                VisitType.id == Appointment.visit_type_id,
            ),
        )
        .join(Practitioner, Practitioner.id == Encounter.practitioner_id)
        .join(
            Patient,
            and_(Patient.practice_id == Encounter.practice_id, Patient.id == Encounter.patient_id),
        )
        .outerjoin(
            Visit,
            and_(
                Visit.practice_id == Encounter.practice_id,
                Visit.appointment_id == Encounter.appointment_id,
            ),
        )
        .where(Encounter.practice_id == viewer.practice_id)
    )


def _list(session: Session, viewer: Principal, wanted: Wanted) -> list[Held]:
    """For who works with patients here."""
    if viewer.acting_as not in READERS:
        raise NotFound
    rows = session.execute(wanted.execution_options(door=True))
    found = [Held(*row) for row in rows]
    for one in found:
        row = one.encounter
        look(session, "encounter.viewed", target=row, patient_id=row.patient_id)
    return found
