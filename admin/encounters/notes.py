"""Writing a note: saved by itself and by hand, and signed once."""

from functools import partial
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import blueprint
from admin.encounters.forms import NoteForm
from admin.encounters.pages import about, note_page, open_encounter
from admin.encounters.presenters import NOTE_TITLES
from admin.encounters.writing import Kind, save_by_hand, save_by_itself, why_not
from shared.access.encounters import Held
from shared.access.notes import find_note
from shared.encounters.errors import AlreadySigned, ChangedMeanwhile, NotHeld, NothingWritten
from shared.encounters.notes import save_note, sign_note
from shared.encounters.sections import NOTE, texts_of
from shared.web.answers import invalid, page, to
from shared.web.current import transaction, viewer
from shared.web.policy import keeps_text, requires
from shared.web.signing_in import note

UNSIGNED = {
    NothingWritten: _l("There is nothing to sign yet. Write the note first."),
    NotHeld: _l("The visit has not begun, so its note cannot be signed yet."),
    ChangedMeanwhile: _l("The note was changed in another window. Read it once more."),
}


@blueprint.post("/patients/<uuid:patient_id>/encounters/<uuid:encounter_id>/note")
@requires("note.write")
@keeps_text
def notes_update(patient_id: UUID, encounter_id: UUID) -> Response:
    """Save by hand; go on to the signature where that was asked for."""
    try:
        refused = save_by_hand(KIND, patient_id, encounter_id)
    except AlreadySigned:
        held = open_encounter(patient_id, encounter_id)
        return invalid("admin/encounters/signed.html", status=409, keep=True, **about(held))
    if refused:
        return refused
    ids = {"patient_id": patient_id, "encounter_id": encounter_id}
    if request.form.get("then") == "sign":
        return to("admin.note_signatures_new", **ids)
    note(_("Saved."))
    return to("admin.encounters_show", **ids)


@blueprint.post("/patients/<uuid:patient_id>/encounters/<uuid:encounter_id>/note/autosave")
@requires("note.write")
@keeps_text
def notes_autosave(patient_id: UUID, encounter_id: UUID) -> Response:
    """Save what is typed."""
    return save_by_itself(KIND, patient_id, encounter_id)


@blueprint.get("/patients/<uuid:patient_id>/encounters/<uuid:encounter_id>/signature/new")
@requires("note.write")
def note_signatures_new(patient_id: UUID, encounter_id: UUID) -> Response:
    """The note as it will be signed, and what signing means."""
    held = open_encounter(patient_id, encounter_id)
    return page("admin/encounters/sign.html", **note_page(held))


@blueprint.post("/patients/<uuid:patient_id>/encounters/<uuid:encounter_id>/signature")
@requires("note.write")
def note_signatures_create(patient_id: UUID, encounter_id: UUID) -> Response:
    """Sign; then the patient's summary comes next."""
    held = open_encounter(patient_id, encounter_id)
    why = why_not(sign_note, encounter_id, UNSIGNED)
    if why:
        return invalid("admin/encounters/sign.html", status=409, refusal=why, **note_page(held))
    note(_("The note is signed. Now tell the patient what was agreed."))
    return to("admin.encounter_summaries_edit", patient_id=patient_id, encounter_id=encounter_id)


def _stands(held: Held) -> dict[str, str]:
    found = find_note(transaction(), viewer=viewer(), encounter=held.encounter)
    return texts_of(found, NOTE) if found else dict.fromkeys(NOTE, "")


KIND = Kind(
    sections=NOTE,
    titles=NOTE_TITLES,
    form=NoteForm,
    template="admin/encounters/show.html",
    shown=note_page,
    stands=_stands,
    by_itself=save_note,
    by_hand=partial(save_note, by_hand=True),
    saves_at="admin.notes_update",
    leaves_to="admin.encounters_show",
    keeps_aside=True,
)
