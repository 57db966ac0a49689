"""The door for finding a person by what somebody says on the phone."""

import re
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.patients import LAST, reads_everyone
from shared.access.principal import Principal
from shared.events import look
from shared.keyring import blind_index, normalise_email, normalise_phone
from shared.models.patient import Patient

MOST = 25
SHORTEST_NAME = 3
DATE_FORMATS = ("%m/%d/%Y", "%Y-%m-%d", "%m-%d-%Y")
REFERENCE = re.compile(r"[A-Z]{2}\d-?\d{2}[A-Z]{2}", re.IGNORECASE)


def search_patients(
    session: Session, *, viewer: Principal, text: str, name_key: str
) -> list[Patient]:
    """At most 25 patients, by the start of the name, date of birth, phone, e-mail or reference.

    `text` is what was typed, `name_key` its folded form. Shorter names than three letters and
    texts that are nothing we know find nobody. Every search is noted. Raises NotFound for viewers
    who may not search.
    """
    if not reads_everyone(viewer):
        raise NotFound
    condition = _condition(viewer, text.strip(), name_key)
    if condition is None:
        return []
    found = list(
        session.scalars(
            select(Patient)
            .where(Patient.practice_id == viewer.practice_id, condition)
            .order_by(Patient.name_key, Patient.id)
            .limit(MOST)
            .execution_options(door=True)
        )
    )
    look(session, "patients.searched", target=("patient", None), count=len(found))
    for patient in found:
        look(session, "patient.found", target=patient, patient_id=patient.id)
    return found


def _condition(viewer: Principal, text: str, name_key: str) -> ColumnElement[bool] | None:
    practice_id = viewer.practice_id
    if "@" in text:
        return Patient.email_bidx == blind_index(practice_id, "email", normalise_email(text))
    born = _date(text)
    if born is not None:
        return Patient.birth_date == born
    try:
        return Patient.phone_bidx == blind_index(practice_id, "phone", normalise_phone(text))
    except ValueError:
        pass
    if REFERENCE.fullmatch(text):
        spoken = text.upper().replace("-", "")
        return Patient.reference == f"{spoken[:3]}-{spoken[3:]}"
    if len(name_key) < SHORTEST_NAME:
        return None
    return (Patient.name_key >= name_key) & (Patient.name_key < name_key + LAST)


def _date(text: str) -> date | None:
    for form in DATE_FORMATS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    return None
