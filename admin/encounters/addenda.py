"""What comes after the signature: addenda; and the texts that the note had."""

from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from admin import blueprint
from admin.encounters.forms import AddendumForm
from admin.encounters.pages import about, note_page, open_encounter
from admin.encounters.presenters import present_versions, sections_of_note
from admin.encounters.writing import too_long_words
from shared.access.encounters import Held
from shared.access.errors import NotFound
from shared.access.notes import access_version, find_aside, find_note, list_versions, name_writers
from shared.encounters.addenda import add_addendum
from shared.encounters.errors import NothingWritten, NotSigned, TooLong
from shared.encounters.sections import NOTE, texts_of
from shared.web.answers import invalid, page, to
from shared.web.current import practice, transaction, viewer
from shared.web.policy import keeps_text, requires
from shared.web.signing_in import note

NEW = "admin/encounters/addendum.html"


@blueprint.get("/patients/<uuid:patient_id>/encounters/<uuid:encounter_id>/addenda/new")
@requires("note.write")
def note_addenda_new(patient_id: UUID, encounter_id: UUID) -> Response:
    """Add to a signed note; ?aside=1 begins with what was typed after the signature."""
    held = open_encounter(patient_id, encounter_id)
    shown = note_page(held)
    words = _typed_beside(held) if request.args.get("aside") == "1" else ""
    return page(NEW, **{**shown, "form": AddendumForm(data={"words": words})})


@blueprint.post("/patients/<uuid:patient_id>/encounters/<uuid:encounter_id>/addenda")
@requires("note.write")
@keeps_text
def note_addenda_create(patient_id: UUID, encounter_id: UUID) -> Response:
    """Add it, under one's own name."""
    held = open_encounter(patient_id, encounter_id)
    form = AddendumForm(request.form)
    if not form.validate():
        return invalid(NEW, **{**note_page(held), "form": form})
    try:
        add_addendum(
            transaction(),
            encounter_id=encounter_id,
            why=form.why.data or "",
            words=form.words.data or "",
            by=viewer(),
        )
    except NothingWritten:
        form.words.errors = [_("Write what is to be added.")]
    except TooLong as refusal:
        form[refusal.section].errors = [too_long_words()]
    except NotSigned:
        form.words.errors = [_("The note is not signed yet. Change the note itself.")]
    else:
        note(_("Added to the note."))
        return to("admin.encounters_show", patient_id=patient_id, encounter_id=encounter_id)
    return invalid(NEW, **{**note_page(held), "form": form})


@blueprint.get("/patients/<uuid:patient_id>/encounters/<uuid:encounter_id>/versions")
@requires("note.read")
def note_versions_index(patient_id: UUID, encounter_id: UUID) -> Response:
    """Every text the note had, latest first."""
    held = open_encounter(patient_id, encounter_id)
    found = find_note(transaction(), viewer=viewer(), encounter=held.encounter)
    rows = list_versions(transaction(), viewer=viewer(), note=found) if found else []
    people = {row.saved_by for row in rows}
    names = name_writers(transaction(), viewer=viewer(), account_ids=people)
    return page(
        "admin/encounters/versions.html",
        versions=present_versions(rows, names, practice().time_zone),
        **about(held),
    )


@blueprint.get(
    "/patients/<uuid:patient_id>/encounters/<uuid:encounter_id>/versions/<uuid:note_version_id>"
)
@requires("note.read")
def note_versions_show(patient_id: UUID, encounter_id: UUID, note_version_id: UUID) -> Response:
    """One of them, whole."""
    held = open_encounter(patient_id, encounter_id)
    found = find_note(transaction(), viewer=viewer(), encounter=held.encounter)
    if found is None:
        raise NotFound
    row = access_version(transaction(), viewer=viewer(), note=found, version_id=note_version_id)
    names = name_writers(transaction(), viewer=viewer(), account_ids={row.saved_by})
    return page(
        "admin/encounters/version.html",
        one=present_versions([row], names, practice().time_zone)[0],
        sections=sections_of_note(row),
        **about(held),
    )


def _typed_beside(held: Held) -> str:
    """What the viewer typed beside the signed note, where it differs from it."""
    found = find_note(transaction(), viewer=viewer(), encounter=held.encounter)
    aside = find_aside(transaction(), viewer=viewer(), note=found) if found else None
    if found is None or aside is None:
        return ""
    signed, beside = texts_of(found, NOTE), texts_of(aside, NOTE)
    return "\n\n".join(beside[name] for name in NOTE if beside[name] != signed[name])
