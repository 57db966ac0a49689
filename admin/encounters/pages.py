"""What the pages about one encounter show, gathered once for each of its views."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from admin.encounters.forms import NoteForm, new_window, note_form
from admin.encounters.presenters import (
    Section,
    present_addenda,
    present_line,
    sections_of_note,
    signed_words,
)
from admin.patients.head import present_head
from shared.access.encounters import access_encounter, is_treating, list_encounters
from shared.access.notes import find_note, list_addenda, name_writers
from shared.access.policy import holds
from shared.access.summaries import find_first_opening, list_summaries
from shared.encounters.sections import NOTE, texts_of
from shared.encounters.states import HELD, SIGNED, Status
from shared.encounters.summaries import draft_in, sent_in
from shared.web.current import practice, transaction, viewer
from shared.web.formats import when

if TYPE_CHECKING:
    from shared.access.encounters import Held
    from shared.models.note import Note

TAB = "admin.patient_encounters_index"


def open_encounter(patient_id: UUID, encounter_id: UUID) -> "Held":
    """The encounter that an address names. Raises NotFound."""
    return access_encounter(
        transaction(), viewer=viewer(), patient_id=patient_id, encounter_id=encounter_id
    )


def about(held: "Held") -> dict[str, Any]:
    """What every page about an encounter shows above its own."""
    return {
        "head": present_head(held.patient, TAB),
        "held": present_line(held, reads_notes=True),
        "ids": {"patient_id": held.patient.id, "encounter_id": held.encounter.id},
    }


def note_page(
    held: "Held", *, form: NoteForm | None = None, window: str | None = None
) -> dict[str, Any]:
    """Everything about the note: the form for its writer, the text for other readers."""
    session, encounter = transaction(), held.encounter
    note = find_note(session, viewer=viewer(), encounter=encounter)
    may_write = holds(viewer(), "note.write")
    treats = may_write and is_treating(session, viewer=viewer(), encounter=encounter)
    if form is None:
        form = note_form(texts_of(note, NOTE) if note else {})
    return {
        **about(held),
        **_signed(note),
        "form": form,
        "version": note.version if note else 0,
        "saved_at": note.saved_at if note else None,
        "window": window or new_window(),
        "panel": False,
        "treats": treats,
        "may_add": may_write,
        "writes": treats and Status(encounter.status) not in SIGNED,
        "sections": sections_of_note(note) if note else [],
        "can_sign": Status(encounter.status) in HELD,
        "is_held": encounter.status not in (Status.PLANNED, Status.ARRIVED, Status.CANCELLED),
        "may_hold": encounter.closed_because != "cancelled",
        "summary": _summary(held),
        "before": _last_time(held),
    }


def _signed(note: "Note | None") -> dict[str, Any]:
    if note is None or note.signed_at is None:
        return {"signed": None, "addenda": []}
    addenda = list_addenda(transaction(), viewer=viewer(), note=note)
    people = {note.written_by, *(row.written_by for row in addenda)}
    names = name_writers(transaction(), viewer=viewer(), account_ids=people)
    zone = practice().time_zone
    return {
        "signed": signed_words(names.get(note.written_by, ""), note.signed_at, zone),
        "addenda": present_addenda(addenda, names, zone),
    }


def _summary(held: "Held") -> dict[str, Any]:
    """How far the patient's summary is."""
    found = list_summaries(transaction(), viewer=viewer(), encounter=held.encounter)
    sent = sent_in(found)
    if sent is None or sent.approved_at is None:
        return {"sent": None, "draft": draft_in(found) is not None}
    opened = find_first_opening(transaction(), viewer=viewer(), summary=sent)
    zone = practice().time_zone
    return {
        "sent": when(sent.approved_at, zone),
        "opened": when(opened, zone) if opened else None,
        "draft": draft_in(found) is not None,
    }


def _last_time(held: "Held") -> tuple[str, list[Section]] | None:
    """What the visit before this one ended with: its assessment and plan."""
    earlier = [
        one
        for one in list_encounters(transaction(), viewer=viewer(), patient_id=held.patient.id)
        if one.encounter.planned_for < held.encounter.planned_for and one.encounter.signed_at
    ]
    if not earlier:
        return None
    note = find_note(transaction(), viewer=viewer(), encounter=earlier[0].encounter)
    found = sections_of_note(note) if note else []
    wanted = [one for one in found if one.name in ("assessment", "plan")]
    line = present_line(earlier[0], reads_notes=True)
    return (line.when, wanted) if wanted else None
