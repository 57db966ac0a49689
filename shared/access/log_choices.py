"""What the log can be asked about: the people who act in it, the patients it names, the reasons."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, Select, select, text
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.log import REASON_KEY, check_reader
from shared.access.patient_search import by_name
from shared.access.principal import Principal
from shared.access.said import read_said
from shared.events import look
from shared.models.account import Account
from shared.models.patient import Patient
from shared.models.role_grant import RoleGrant

MOST_FOUND = 25
# Reasons are looked for in the latest entries that have one.
LATEST = 1_000

_REASONS = """
    select {key} as key, e.reason, min(e.actor_kind) as kind from (
        select reason, actor_kind from audit.event
        where practice_id = :practice_id and reason is not null order by at desc limit :latest
    ) e group by e.reason order by e.reason limit 200
"""


@dataclass(frozen=True, slots=True)
class NamedPatient:
    """As much of a record as it takes to choose it."""

    id: UUID
    name: str
    reference: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason somebody gave, or the name of the program that gave itself as one."""

    key: str
    words: str
    by_program: bool


def list_log_people(session: Session, *, viewer: Principal) -> list[tuple[UUID, str]]:
    """Everybody who has ever held a role here: (account, name), by name."""
    check_reader(viewer)
    rows = session.execute(
        select(Account.id, Account.name)
        .where(
            Account.practice_id == viewer.practice_id,
            Account.id.in_(
                select(RoleGrant.account_id).where(RoleGrant.practice_id == viewer.practice_id)
            ),
            Account.name.is_not(None),
        )
        .order_by(Account.name, Account.id)
    ).all()
    return [(row.id, row.name) for row in rows]


def list_log_reasons(session: Session, *, viewer: Principal) -> list[Reason]:
    """The reasons of late, each with the key that stands for it in an address."""
    check_reader(viewer)
    rows = session.execute(
        text(_REASONS.replace("{key}", REASON_KEY)),
        {"practice_id": viewer.practice_id, "latest": LATEST},
    ).all()
    return [Reason(row.key, row.reason, row.kind == "job") for row in rows]


def find_log_patients(
    session: Session, *, viewer: Principal, typed: str, name_key: str
) -> list[NamedPatient]:
    """Patients by reference, or by three letters of the name or more. The search is noted."""
    check_reader(viewer)
    said = read_said(typed, name_key)
    wanted = _named().where(Patient.practice_id == viewer.practice_id).limit(MOST_FOUND)
    if said is not None and said.reference is not None:
        wanted = wanted.where(Patient.reference == said.reference)
    elif said is not None and said.name is not None:
        named = by_name(viewer.practice_id, said.name, MOST_FOUND)
        wanted = wanted.join(named, named.c.id == Patient.id)
    else:
        return []
    rows = session.execute(wanted.execution_options(door=True)).all()
    for row in rows:
        look(session, "log.patient_found", target=("patient", row.id), patient_id=row.id)
    return [_name(row) for row in rows]


def access_log_patient(session: Session, *, viewer: Principal, patient_id: UUID) -> NamedPatient:
    """Whose record the log is asked about. Raises NotFound."""
    check_reader(viewer)
    row = session.execute(
        _named()
        .where(Patient.practice_id == viewer.practice_id, Patient.id == patient_id)
        .execution_options(door=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    look(session, "log.patient_found", target=("patient", row.id), patient_id=row.id)
    return _name(row)


def _named() -> Select[UUID, str, str, str]:
    return select(Patient.id, Patient.reference, Patient.given_name, Patient.family_name).order_by(
        Patient.name_key, Patient.id
    )


def _name(row: Row[UUID, str, str, str]) -> NamedPatient:
    return NamedPatient(row.id, f"{row.given_name} {row.family_name}", row.reference)
