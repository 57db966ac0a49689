"""Doors to patients: one's own record, or for the desk the practice's, each look noted."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select, tuple_
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.principal import Principal, Role
from shared.events import look
from shared.models.patient import Patient
from shared.models.patient_access import PatientAccess

_ONE = (
    select(Patient)
    .where(Patient.practice_id == bindparam("practice"), Patient.id == bindparam("patient"))
    .execution_options(door=True)
)
_LOCKED = _ONE.with_for_update().execution_options(populate_existing=True)
# The last code point: what sorts after every continuation of a prefix in collation "C".
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class KnownPatient:
    """As much of a record as recognising somebody needs; never shown to anyone."""

    id: UUID
    given_name: str
    birth_date: date


def access_patient(
    session: Session, *, viewer: Principal, patient_id: UUID, lock: bool = False
) -> Patient:
    """The record, for the patient, whoever acts for them, and the desk. Raises NotFound."""
    if not reads_everyone(viewer) and patient_id != viewer.patient_id:
        raise NotFound
    asked = {"practice": viewer.practice_id, "patient": patient_id}
    patient = session.execute(_LOCKED if lock else _ONE, asked).scalar_one_or_none()
    if patient is None:
        raise NotFound
    look(session, "patient.viewed", target=patient, patient_id=patient.id)
    return patient


def access_own_patient(session: Session, *, viewer: Principal) -> Patient:
    """The record the viewer acts for. Raises NotFound for somebody who has none."""
    if viewer.patient_id is None:
        raise NotFound
    return access_patient(session, viewer=viewer, patient_id=viewer.patient_id)


def list_patients(
    session: Session,
    *,
    viewer: Principal,
    starting_with: str = "",
    after: tuple[str, UUID] | None = None,
    limit: int = 25,
) -> list[Patient]:
    """The practice's patients in the order of their names, from a prefix of "family given" on.

    `starting_with` is a folded name key (see `shared.people.name_key`); compared by range, because
    LIKE goes unindexed under row-level security. `after` is (name key, id) of the last one shown.
    """
    if not reads_everyone(viewer):
        raise NotFound
    statement = (
        select(Patient)
        .where(Patient.practice_id == viewer.practice_id)
        .order_by(Patient.name_key, Patient.id)
        .limit(limit)
    )
    if starting_with:
        statement = statement.where(
            Patient.name_key >= starting_with, Patient.name_key < starting_with + LAST
        )
    if after is not None:
        statement = statement.where(tuple_(Patient.name_key, Patient.id) > after)
    found = list(session.scalars(statement.execution_options(door=True)))
    look(session, "patients.listed", target=("patient", None), count=len(found))
    return found


def list_own_patients(
    session: Session, *, practice_id: UUID, account_id: UUID
) -> list[tuple[UUID, str]]:
    """The patients an account may act for now: (id, relationship), oldest access first."""
    rows = session.execute(
        select(PatientAccess.patient_id, PatientAccess.relationship)
        .where(
            PatientAccess.practice_id == practice_id,
            PatientAccess.account_id == account_id,
            PatientAccess.ended_at.is_(None),
        )
        .order_by(PatientAccess.created_at, PatientAccess.id)
    ).all()
    return [(row.patient_id, row.relationship) for row in rows]


def find_known_patients(
    session: Session, *, practice_id: UUID, email_bidx: bytes | None
) -> list[KnownPatient]:
    """The records that carry a proven address, for recognising who comes back.

    Nothing of them reaches a screen, so no look is noted; what is recognised is an act.
    """
    rows = session.execute(
        select(Patient.id, Patient.given_name, Patient.birth_date)
        .where(Patient.practice_id == practice_id, Patient.email_bidx == email_bidx)
        .order_by(Patient.created_at, Patient.id)
        .execution_options(door=True)
    ).all()
    return [KnownPatient(row.id, row.given_name, row.birth_date) for row in rows]


def reads_everyone(viewer: Principal) -> bool:
    """True for viewers whose work concerns every patient of the practice."""
    return viewer.acting_as is Role.JOB or bool(
        viewer.roles & {Role.PHYSICIAN, Role.NURSE, Role.RECEPTIONIST, Role.BILLER}
    )
