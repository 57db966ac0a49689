"""The patient's summary: written beside the note, previewed as the patient sees it, approved."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from admin import blueprint
from admin.encounters.forms import SummaryForm, new_window, summary_form, typed
from admin.encounters.pages import about, open_encounter
from admin.encounters.presenters import SUMMARY_TITLES, sections_of_note
from admin.encounters.writing import Kind, compare, save_by_hand, save_by_itself, why_not
from shared.access.encounters import Held
from shared.access.notes import find_note
from shared.access.summaries import list_summaries
from shared.encounters.errors import AlreadySigned, ChangedMeanwhile, NothingWritten, NotSigned
from shared.encounters.plain_words import HARD_FROM, grade_of
from shared.encounters.sections import FIRST, SUMMARY, texts_of
from shared.encounters.summaries import (
    approve_summary,
    draft_in,
    proposal,
    save_summary,
    sent_in,
)
from shared.web.answers import invalid, page, to
from shared.web.current import transaction, viewer
from shared.web.policy import keeps_text, requires
from shared.web.signing_in import note, take_notice

if TYPE_CHECKING:
    from shared.models.visit_summary import VisitSummary

EDIT = "admin/encounters/summary.html"
PREVIEW = "admin/encounters/preview.html"
UNAPPROVED = {
    NothingWritten: _l("There is nothing to send yet. Write the summary first."),
    NotSigned: _l("Sign the note first; then the summary can be sent."),
    ChangedMeanwhile: _l("The summary was changed in another window. Read it again."),
}


@blueprint.get("/patients/<uuid:patient_id>/encounters/<uuid:encounter_id>/summary")
@requires("note.write")
def encounter_summaries_edit(patient_id: UUID, encounter_id: UUID) -> Response:
    """The draft, or a proposal from the note; after an approval, a correction of what was sent."""
    held = open_encounter(patient_id, encounter_id)
    return page(EDIT, notice=take_notice(), **_edited(held))


@blueprint.post("/patients/<uuid:patient_id>/encounters/<uuid:encounter_id>/summary")
@requires("note.write")
@keeps_text
def encounter_summaries_update(patient_id: UUID, encounter_id: UUID) -> Response:
    """Save by hand; go on to the preview where that was asked for."""
    try:
        refused = save_by_hand(KIND, patient_id, encounter_id)
    except AlreadySigned:
        refused = compare(KIND, open_encounter(patient_id, encounter_id))
    if refused:
        return refused
    ids = {"patient_id": patient_id, "encounter_id": encounter_id}
    if request.form.get("then") == "preview":
        return to("admin.encounter_summaries_preview", **ids)
    note(_("Saved."))
    return to("admin.encounter_summaries_edit", **ids)


@blueprint.post("/patients/<uuid:patient_id>/encounters/<uuid:encounter_id>/summary/autosave")
@requires("note.write")
@keeps_text
def encounter_summaries_autosave(patient_id: UUID, encounter_id: UUID) -> Response:
    """Save what is typed, and say how it reads."""
    return save_by_itself(KIND, patient_id, encounter_id, reads=reads_like(typed(SUMMARY)))


@blueprint.get("/patients/<uuid:patient_id>/encounters/<uuid:encounter_id>/summary/preview")
@requires("note.write")
def encounter_summaries_preview(patient_id: UUID, encounter_id: UUID) -> Response:
    """Exactly what the patient will see."""
    held = open_encounter(patient_id, encounter_id)
    return page(PREVIEW, **_previewed(held))


@blueprint.post("/patients/<uuid:patient_id>/encounters/<uuid:encounter_id>/summary/approval")
@requires("note.write")
def encounter_summaries_approve(patient_id: UUID, encounter_id: UUID) -> Response:
    """Show it to the patient, and write to them."""
    held = open_encounter(patient_id, encounter_id)
    why = why_not(approve_summary, encounter_id, UNAPPROVED)
    if why:
        return invalid(PREVIEW, status=409, refusal=why, **_previewed(held))
    note(_("The summary is in the patient's portal, and a mail tells them so."))
    return to("admin.encounters_index")


def reads_like(texts: dict[str, str]) -> tuple[int, bool] | None:
    """The school grade of a text, and whether that is too hard; None when it is short."""
    grade = grade_of("\n".join(texts.values()))
    return None if grade is None else (grade, grade >= HARD_FROM)


def _edited(
    held: Held, *, form: SummaryForm | None = None, window: str | None = None
) -> dict[str, Any]:
    found = list_summaries(transaction(), viewer=viewer(), encounter=held.encounter)
    written = find_note(transaction(), viewer=viewer(), encounter=held.encounter)
    draft, sent = draft_in(found), sent_in(found)
    start = _texts(found) or proposal(written, seek_help_words())
    return {
        **about(held),
        "form": form or summary_form(start),
        "version": draft.version if draft else FIRST,
        "saved_at": draft.saved_at if draft else None,
        "window": window or new_window(),
        "corrects": sent is not None,
        "reads": reads_like(start),
        "sections": sections_of_note(written) if written else [],
        "is_signed": held.encounter.signed_at is not None,
    }


def _previewed(held: Held) -> dict[str, Any]:
    found = list_summaries(transaction(), viewer=viewer(), encounter=held.encounter)
    draft, sent = draft_in(found), sent_in(found)
    return {
        **about(held),
        "texts": _texts(found) or dict.fromkeys(SUMMARY, ""),
        "version": draft.version if draft else FIRST,
        "is_draft": draft is not None,
        "corrects": sent is not None and draft is not None,
        "is_signed": held.encounter.signed_at is not None,
        "shown": {
            "starts_at": held.appointment.starts_at,
            "zone": held.appointment.patient_time_zone,
            "with_whom": f"{held.practitioner.full_name}, {held.practitioner.credentials}",
        },
        "email": held.patient.email,
        "called": held.patient.called,
    }


def _texts(found: "Sequence[VisitSummary]") -> dict[str, str] | None:
    """The draft's sections; without one, those of what was sent last."""
    row = draft_in(found) or sent_in(found)
    return texts_of(row, SUMMARY) if row else None


def seek_help_words() -> str:
    """What a new summary begins with under "When to seek help"."""
    return str(
        _(
            "Call 911 if you have chest pain, trouble breathing, or think your life is in danger."
            " In a mental health crisis call or text 988. For anything else that worries you,"
            " call us or write to us."
        )
    )


def _stands(held: Held) -> dict[str, str]:
    found = list_summaries(transaction(), viewer=viewer(), encounter=held.encounter)
    return _texts(found) or dict.fromkeys(SUMMARY, "")


KIND = Kind(
    sections=SUMMARY,
    titles=SUMMARY_TITLES,
    form=SummaryForm,
    template=EDIT,
    shown=_edited,
    stands=_stands,
    by_itself=save_summary,
    by_hand=save_summary,
    saves_at="admin.encounter_summaries_update",
    leaves_to="admin.encounter_summaries_edit",
)
