"""An encounter as tests need it: a visit of today with its note, signature and summary."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.access.notes import find_note, list_versions
from shared.access.principal import Principal, Role
from shared.db import open_session
from shared.encounters.addenda import add_addendum
from shared.encounters.errors import AlreadySigned, ChangedMeanwhile
from shared.encounters.notes import save_note, sign_note
from shared.encounters.sections import NOTE, SUMMARY, Saved, texts_of
from shared.encounters.summaries import approve_summary, save_summary
from shared.events import act
from shared.models.encounter import Encounter
from shared.models.note import Note, NoteVersion
from tests.people import PatientOf, PracticeOf

WINDOW, OTHER = "window-one", "window-two"


@dataclass(frozen=True)
class Writing:
    """An encounter, its physician, and the steps of a day."""

    practice: PracticeOf
    patient: PatientOf
    doctor: Principal
    encounter_id: UUID

    @property
    def path(self) -> str:
        """Its address at the desk."""
        return f"/admin/patients/{self.patient.id}/encounters/{self.encounter_id}"

    def do(self, step: Any, by: Principal | None = None, **values: Any) -> Any:
        """One service call in a transaction of its own."""
        actor = by or self.doctor
        with open_session(actor.context()) as session:
            return step(session, encounter_id=self.encounter_id, by=actor, **values)

    def save(self, text: str, version: int = 0, window: str = WINDOW, **more: Any) -> int:
        """Save a note whose every section says `text`."""
        texts = dict.fromkeys(NOTE, text)
        saved: Saved = self.do(save_note, texts=texts, version=version, window=window, **more)
        return saved.version

    def try_to_save(self, text: str, version: int, window: str, **more: Any) -> str:
        """Save as the edge does: what was put aside is committed with the refusal."""
        texts = dict.fromkeys(NOTE, text)
        by = self.doctor
        with open_session(by.context()) as session:
            try:
                save_note(
                    session, encounter_id=self.encounter_id, texts=texts, version=version,
                    window=window, by=by, **more,
                )  # fmt: skip
            except (ChangedMeanwhile, AlreadySigned) as refusal:
                return type(refusal).__name__
        return "saved"

    def note(self) -> Note:
        """The note as its physician reads it."""
        with open_session(self.doctor.context()) as session:
            found = find_note(session, viewer=self.doctor, encounter=self.row())
            assert found is not None
            return found

    def versions(self) -> list[NoteVersion]:
        """The texts it had, latest first."""
        with open_session(self.doctor.context()) as session:
            return list_versions(session, viewer=self.doctor, note=self.note())

    def sign(self, version: int) -> None:
        """Sign it."""
        self.do(sign_note, version=version)

    def summarise(self, text: str, version: int = 0, window: str = WINDOW) -> int:
        """Save a summary whose every section says `text`."""
        texts = dict.fromkeys(SUMMARY, text)
        saved: Saved = self.do(save_summary, texts=texts, version=version, window=window)
        return saved.version

    def approve(self, version: int) -> UUID:
        """Approve it; its id."""
        found: UUID = self.do(approve_summary, version=version).id
        return found

    def row(self) -> Encounter:
        """The encounter as it stands."""
        with open_session(self.practice.context()) as session:
            return session.scalars(
                select(Encounter)
                .where(Encounter.id == self.encounter_id)
                .execution_options(door=True)
            ).one()


def said(row: Note | NoteVersion) -> str:
    """What every section of a note says, by one of them."""
    return texts_of(row, NOTE)["plan"]


def physician_of(practice: PracticeOf) -> tuple[Principal, UUID]:
    """A physician at work and who they are as a practitioner."""
    name = next(
        one
        for one, person in practice.staff.items()
        if Role.PHYSICIAN in person.roles and one in practice.practitioners
    )
    return practice.staff[name].acting(Role.PHYSICIAN), practice.practitioners[name]


def begin_encounter(
    session: Session, practice: PracticeOf, patient: PatientOf, appointment_id: UUID
) -> Encounter:
    """The encounter of an appointment, under way."""
    _, practitioner_id = physician_of(practice)
    row = Encounter(
        practice_id=practice.id,
        appointment_id=appointment_id,
        patient_id=patient.id,
        practitioner_id=practitioner_id,
        status="in_progress",
        planned_for=clock.now() - timedelta(minutes=30),
        began_at=clock.now() - timedelta(minutes=25),
        created_at=clock.now(),
    )
    session.add(row)
    act(session, "encounter.began", target=row, patient_id=row.patient_id)
    return row


def write_encounter(
    practice: PracticeOf, patient: PatientOf, appointment_id: UUID, text: str = "Words"
) -> dict[str, UUID]:
    """A whole encounter: note, signature, addendum, an approved summary; the ids routes use."""
    doctor, _ = physician_of(practice)
    with open_session(doctor.context()) as session:
        encounter = begin_encounter(session, practice, patient, appointment_id)
    writing = Writing(practice, patient, doctor, encounter.id)
    writing.sign(writing.save(text))
    writing.do(add_addendum, why=f"{text} came in", words=text)
    summary_id = writing.approve(writing.summarise(text))
    with open_session(doctor.context()) as session:
        version = session.scalars(
            select(NoteVersion)
            .where(NoteVersion.patient_id == patient.id)
            .execution_options(door=True)
        ).first()
        assert version is not None
    return {
        "encounter_id": encounter.id,
        "note_version_id": version.id,
        "summary_id": summary_id,
    }
