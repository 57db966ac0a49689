"""Encounters of the world: one that is planned, one that was signed and told, and corrected."""

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from shared.models.appointment import Appointment
from shared.models.encounter import Encounter
from shared.models.note import Note, NoteAddendum, NoteVersion
from shared.models.visit_summary import VisitSummary
from tests.people import PracticeOf

if TYPE_CHECKING:
    from tests.integration.attack.world import World


def furnish_encounter(
    world: "World", session: Session, practice: PracticeOf, name: str, booked: Appointment
) -> None:
    """ "ana.done.encounter" with its note and summaries; of what is ahead the encounter alone."""
    over = name.endswith("done")
    both = {"practice_id": booked.practice_id, "patient_id": booked.patient_id}
    at = booked.ends_at
    encounter = Encounter(
        **both, appointment_id=booked.id, practitioner_id=booked.practitioner_id,
        status="summary_sent" if over else "planned", planned_for=booked.starts_at,
        signed_at=at if over else None, summary_sent_at=at if over else None,
        created_at=booked.starts_at,
    )  # fmt: skip
    session.add(world.call(f"{name}.encounter", encounter))
    session.flush()
    author = practice.staff[min(practice.staff)].account_id
    if not over:
        # Begun early, and told to nobody yet.
        early = VisitSummary(
            **both, encounter_id=encounter.id, number=1, version=1, written_by=author,
            saved_at=booked.created_at, saved_from="w", approved_at=None,
            created_at=booked.created_at,
        )  # fmt: skip
        session.add(world.call(f"{name}.summary-early", early))
        session.flush()
        return
    note = Note(
        **both, encounter_id=encounter.id, version=2, written_by=author, saved_at=at,
        saved_from="w", kept_at=at, signed_at=at, created_at=at,
    )  # fmt: skip
    session.add(world.call(f"{name}.note", note))
    session.flush()
    for number, kind in enumerate(("saved", "aside", "signed")):
        version = NoteVersion(
            **both, note_id=note.id, kind=kind, number=number, saved_by=author, saved_from="w",
            saved_at=at + timedelta(seconds=number),
        )  # fmt: skip
        session.add(world.call(f"{name}.version-{kind}", version))
    # Put aside by somebody of the other practice, which cannot be: no door takes it for one's own.
    other = world.cast.ironbound if practice is world.cast.seagrape else world.cast.seagrape
    strange = NoteVersion(
        **both, note_id=note.id, kind="aside", number=3, saved_from="w",
        saved_by=other.staff[min(other.staff)].account_id, saved_at=at + timedelta(seconds=10),
    )  # fmt: skip
    session.add(world.call(f"{name}.version-strange", strange))
    addendum = NoteAddendum(
        **both, note_id=note.id, why_ct=b"", words_ct=b"", written_by=author, created_at=at
    )
    session.add(world.call(f"{name}.addendum", addendum))
    for number, approved in enumerate((at, at, None), 1):
        summary = VisitSummary(
            **both, encounter_id=encounter.id, number=number, version=1, written_by=author,
            saved_at=at, saved_from="w", approved_at=approved, created_at=at,
        )  # fmt: skip
        session.add(world.call(f"{name}.summary-{number}", summary))
    session.flush()
