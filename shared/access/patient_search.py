"""The door for finding a person by what somebody says on the phone."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.patients import LAST, reads_everyone
from shared.access.principal import Principal
from shared.access.said import Said, read_said
from shared.events import look
from shared.keyring import blind_index
from shared.models.appointment import Appointment
from shared.models.patient import Patient

MOST = 25
# How many that begin alike are looked through for the other words that were typed.
LOOKED_THROUGH = 400
# In the order in which matches are told: by family name, then by any later part of the name.
NAME_KEYS = (
    Patient.name_key,
    Patient.preferred_key,
    Patient.turn_1,
    Patient.turn_2,
    Patient.turn_3,
    Patient.turn_4,
)


@dataclass(frozen=True, slots=True)
class Matches:
    """Who fits. `many`: there are more than can be shown; `sense`: what was typed can be sought."""

    patients: list[Patient] = field(default_factory=list)
    many: bool = False
    sense: bool = True


def search_patients(
    session: Session, *, viewer: Principal, text: str, name_key: str, limit: int = MOST
) -> Matches:
    """Patients by any part of the name, date of birth, phone or its end, e-mail or reference.

    `text` is what was typed, `name_key` its folded form. What is too short to mean anything finds
    nobody. Every search is noted, and each record that it found. Raises NotFound for viewers who
    may not search.
    """
    if not reads_everyone(viewer):
        raise NotFound
    said = read_said(text, name_key)
    if said is None:
        return Matches(sense=False)
    found = _search(session, viewer.practice_id, said, limit + 1)
    look(session, "patients.searched", target=("patient", None), count=min(len(found), limit))
    for patient in found[:limit]:
        look(session, "patient.found", target=patient, patient_id=patient.id)
    return Matches(found[:limit], many=len(found) > limit)


def by_name(practice_id: UUID, key: str, limit: int) -> Subquery:
    """Ids with their order, for names of which a part begins with `key`.

    Each key is compared by range and stops at the limit, so that a million who begin alike cost
    no more than a few; LIKE goes unindexed under row-level security.
    """
    parts = [
        select(Patient.id.label("id"), literal(rank).label("rank"), column.label("key"))
        .where(Patient.practice_id == practice_id, column >= key, column < key + LAST)
        .order_by(column)
        .limit(limit)
        .subquery()
        .select()
        for rank, column in enumerate(NAME_KEYS)
    ]
    every = union_all(*parts).subquery()
    rank, first = func.min(every.c.rank), func.min(every.c.key)
    return (
        select(every.c.id, rank.label("rank"), first.label("key"))
        .group_by(every.c.id)
        .order_by(rank, first, every.c.id)
        .limit(limit)
        .subquery()
    )


def _search(session: Session, practice_id: UUID, said: Said, limit: int) -> list[Patient]:
    if said.name is None:
        wanted = _all(practice_id).where(_condition(practice_id, said))
        return _read(session, wanted.order_by(Patient.name_key, Patient.id).limit(limit))
    named = by_name(practice_id, said.name, limit)
    found = _read(session, _named(practice_id, named))
    words = said.name.split()
    if found or len(words) < 2:
        return found
    # "whit ana": the longest word first, then whoever has the other words, too.
    longest = max(words, key=len)
    near = _read(session, _named(practice_id, by_name(practice_id, longest, LOOKED_THROUGH)))
    return [one for one in near if _has_words(one, words)][:limit]


def _has_words(patient: Patient, words: list[str]) -> bool:
    parts = patient.name_key.replace("-", " ").split()
    return all(any(part.startswith(word) for part in parts) for word in words)


def _all(practice_id: UUID) -> Select[Patient]:
    return select(Patient).where(Patient.practice_id == practice_id)


def _named(practice_id: UUID, named: Subquery) -> Select[Patient]:
    return (
        _all(practice_id)
        .join(named, named.c.id == Patient.id)
        .order_by(named.c.rank, named.c.key, Patient.id)
    )


def _read(session: Session, wanted: Select[Patient]) -> list[Patient]:
    return list(session.scalars(wanted.execution_options(door=True)))


def _condition(practice_id: UUID, said: Said) -> ColumnElement[bool]:
    if said.email is not None:
        return Patient.email_bidx == blind_index(practice_id, "email", said.email)
    if said.phone is not None:
        return Patient.phone_bidx == blind_index(practice_id, "phone", said.phone)
    if said.phone_tail is not None:
        tail = blind_index(practice_id, "phone_tail", said.phone_tail)
        return Patient.phone_tail_bidx == tail
    if said.born is not None:
        return Patient.birth_date == said.born
    visit = (
        select(Appointment.patient_id)
        .where(Appointment.practice_id == practice_id, Appointment.reference == said.reference)
        .scalar_subquery()
    )
    return or_(Patient.reference == said.reference, Patient.id == visit)
