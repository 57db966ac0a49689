"""Canaries: words that stand in every field of a patient's record and nowhere else."""

import json
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, text

from shared.db import open_session
from shared.events import act
from shared.keyring import blind_index
from shared.models.appointment import Appointment
from shared.models.dispatch import Dispatch
from shared.models.patient import Patient
from shared.people.details import name_key
from tests.belongings import Belongings
from tests.people import PatientOf, PracticeOf

DOOR = {"door": True}


@dataclass(frozen=True)
class Canary:
    """A patient's record full of words that are found again wherever they get out."""

    patient_id: UUID
    practice_id: UUID
    words: dict[str, str]

    def sung_in(self, answer: str | bytes) -> list[str]:
        """The fields whose words are in an answer, however they were dressed."""
        said = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
        return [name for name, word in self.words.items() if word in said]


def plant(practice: PracticeOf, patient: PatientOf, things: Belongings, mark: str) -> Canary:
    """Write canaries into everything that is kept of a patient; `mark` is a few letters."""
    given, family = f"Zq{mark}given", f"Zq{mark}family"
    email = f"zq{mark}@canary.example"
    digits = 1000 + sum(map(ord, mark)) % 8999
    with open_session(practice.context()) as session:
        row = session.scalars(
            select(Patient).where(Patient.id == patient.id).execution_options(**DOOR)
        ).one()
        row.given_name, row.family_name = given, family
        row.name_key = name_key(family, given)
        row.birth_date = date(1907, 2, 3)
        row.email, row.email_bidx = email, blind_index(practice.id, "email", email)
        row.phone = f"+1561555{digits}"
        row.phone_bidx = blind_index(practice.id, "phone", row.phone)
        act(session, "patient.updated", target=row, patient_id=row.id)
        visit = session.scalars(
            select(Appointment)
            .where(Appointment.id == things.ids["appointment_id"])
            .execution_options(**DOOR)
        ).one()
        mail = session.scalars(
            select(Dispatch)
            .where(Dispatch.id == things.ids["dispatch_id"])
            .execution_options(**DOOR)
        ).one()
        mail.to, mail.to_bidx = email, blind_index(practice.id, "email", email)
        mail.context = json.dumps({"context": {"first_name": given}, "calendar": None})
        act(session, "dispatch.queued", target=mail, patient_id=row.id, mail="a canary", reason="")
        words = {
            "given name": given,
            "family name": family,
            "e-mail": email,
            "phone": f"555-{digits}",
            "birth date": "February 1907",
            "patient reference": row.reference,
            "appointment reference": visit.reference,
        }
    return Canary(patient.id, practice.id, words)


def event_count(practice: PracticeOf, patient_id: UUID | None = None) -> int:
    """How many acts and writes the log holds, of a practice or of one patient in it."""
    wanted = "select count(*) from audit.event where kind <> 'look'"
    if patient_id is not None:
        wanted += " and patient_id = :patient_id"
    with open_session(practice.context("bedside_auditor")) as session:
        return session.scalar(text(wanted), {"patient_id": patient_id}) or 0
