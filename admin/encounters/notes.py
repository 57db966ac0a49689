"""Writing a note: saved by itself and by hand, two texts compared, signed."""

from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from admin import blueprint
from admin.encounters.forms import NoteForm, asked_version, asked_window, new_window, typed
from admin.encounters.pages import about, note_page, open_encounter
from admin.encounters.presenters import NOTE_TITLES, differing
from shared.access.encounters import Held
from shared.access.errors import Refused
from shared.access.notes import find_note
from shared.encounters.errors import (
    AlreadySigned,
    ChangedMeanwhile,
    NotHeld,
    NothingWritten,
    NotTheirs,
    TooLong,
)
from shared.encounters.notes import save_note, sign_note
from shared.encounters.sections import LONGEST, NOTE, clean, texts_of
from shared.web.answers import invalid, page, to
from shared.web.current import transaction, viewer
from shared.web.policy import keeps_text, requires
from shared.web.signing_in import note

SHOW = "admin/encounters/show.html"


@blueprint.post("/patients/<uuid:patient_id>/encounters/<uuid:encounter_id>/note")
@requires("note.write")
@keeps_text
def notes_update(patient_id: UUID, encounter_id: UUID) -> Response:
    """Save by hand; go on to the signature where that was asked for."""
    held = open_encounter(patient_id, encounter_id)
    try:
        _save(encounter_id, by_hand=True)
    except TooLong as refusal:
        form = NoteForm(request.form)
        form[refusal.section].errors = [too_long_words()]
        return invalid(SHOW, **note_page(held, form=form, window=asked_window()))
    except ChangedMeanwhile as refusal:
        return _compare(held, refusal.version)
    except AlreadySigned:
        return invalid("admin/encounters/signed.html", status=409, keep=True, **about(held))
    ids = {"patient_id": patient_id, "encounter_id": encounter_id}
    if request.form.get("then") == "sign":
        return to("admin.note_signatures_new", **ids)
    note(_("Saved."))
    return to("admin.encounters_show", **ids)


@blueprint.post("/patients/<uuid:patient_id>/encounters/<uuid:encounter_id>/note/autosave")
@requires("note.write")
@keeps_text
def notes_autosave(patient_id: UUID, encounter_id: UUID) -> Response:
    """Save what is typed; the answer is the line that says so, or what is the matter."""
    held = open_encounter(patient_id, encounter_id)
    try:
        version = _save(encounter_id, by_hand=False)
    except TooLong:
        return invalid("admin/encounters/_trouble.html", trouble="long", words=too_long_words())
    except ChangedMeanwhile:
        return invalid("admin/encounters/_trouble.html", status=409, keep=True, trouble="changed")
    except AlreadySigned:
        return invalid("admin/encounters/_trouble.html", status=409, keep=True, trouble="signed")
    found = find_note(transaction(), viewer=viewer(), encounter=held.encounter)
    return page(
        "admin/encounters/_state.html",
        version=version,
        saved_at=found.saved_at if found else None,
        swapped=True,
    )


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
    try:
        sign_note(transaction(), encounter_id=encounter_id, version=asked_version(), by=viewer())
    except NotTheirs as refusal:
        raise Refused("note.write") from refusal
    except NothingWritten:
        return _unsigned(held, _("There is nothing to sign yet. Write the note first."))
    except NotHeld:
        return _unsigned(held, _("The visit has not begun, so its note cannot be signed yet."))
    except ChangedMeanwhile:
        return _unsigned(held, _("The note was changed in another window. Read it once more."))
    note(_("The note is signed. Now tell the patient what was agreed."))
    return to("admin.encounter_summaries_edit", patient_id=patient_id, encounter_id=encounter_id)


def too_long_words() -> str:
    """What a section that is too long is told."""
    limit = f"{LONGEST:,}"
    return str(_("That is longer than a section holds: %(limit)s characters.", limit=limit))


def _save(encounter_id: UUID, *, by_hand: bool) -> int:
    try:
        return save_note(
            transaction(),
            encounter_id=encounter_id,
            texts=typed(NOTE),
            version=asked_version(),
            window=asked_window(),
            by=viewer(),
            by_hand=by_hand,
        )
    except NotTheirs as refusal:
        raise Refused("note.write") from refusal


def _compare(held: Held, version: int) -> Response:
    """Both texts side by side; nothing is decided by itself."""
    found = find_note(transaction(), viewer=viewer(), encounter=held.encounter)
    mine = {name: clean(text) for name, text in typed(NOTE).items()}
    theirs = texts_of(found, NOTE) if found else dict.fromkeys(NOTE, "")
    return invalid(
        "admin/encounters/compare.html",
        status=409,
        keep=True,
        version=version,
        window=new_window(),
        mine=mine,
        pairs=differing(NOTE, NOTE_TITLES, theirs, mine),
        save="admin.notes_update",
        back="admin.encounters_show",
        **about(held),
    )


def _unsigned(held: Held, why: str) -> Response:
    return invalid("admin/encounters/sign.html", status=409, refusal=why, **note_page(held))
