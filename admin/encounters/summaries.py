"""The patient's summary: written beside the note, previewed as the patient sees it, approved."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from admin import blueprint
from admin.encounters.forms import (
    SummaryForm,
    asked_version,
    asked_window,
    new_window,
    summary_form,
    typed,
)
from admin.encounters.notes import too_long_words
from admin.encounters.pages import about, open_encounter
from admin.encounters.presenters import SUMMARY_TITLES, differing, sections_of_note
from shared.access.encounters import Held
from shared.access.errors import Refused
from shared.access.notes import find_note
from shared.access.summaries import list_summaries
from shared.encounters.errors import (
    AlreadySigned,
    ChangedMeanwhile,
    NothingWritten,
    NotSigned,
    NotTheirs,
    TooLong,
)
from shared.encounters.plain_words import HARD_FROM, grade_of
from shared.encounters.sections import SUMMARY, clean, texts_of
from shared.encounters.summaries import (
    FIRST,
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
    held = open_encounter(patient_id, encounter_id)
    try:
        _save(encounter_id)
    except TooLong as refusal:
        form = SummaryForm(request.form)
        form[refusal.section].errors = [too_long_words()]
        return invalid(EDIT, **_edited(held, form=form, window=asked_window()))
    except ChangedMeanwhile as refusal:
        return _compare(held, refusal.version)
    except AlreadySigned:
        return _compare(held, FIRST)
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
    held = open_encounter(patient_id, encounter_id)
    try:
        version = _save(encounter_id)
    except TooLong:
        return invalid("admin/encounters/_trouble.html", trouble="long", words=too_long_words())
    except (ChangedMeanwhile, AlreadySigned):
        return invalid("admin/encounters/_trouble.html", status=409, trouble="changed")
    found = list_summaries(transaction(), viewer=viewer(), encounter=held.encounter)
    draft = draft_in(found)
    return page(
        "admin/encounters/_state.html",
        version=version,
        saved_at=draft.saved_at if draft else None,
        reads=reads_like(typed(SUMMARY)),
        swapped=True,
    )


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
    try:
        approve_summary(
            transaction(), encounter_id=encounter_id, version=asked_version(), by=viewer()
        )
    except NotTheirs as refusal:
        raise Refused("note.write") from refusal
    except NothingWritten:
        return _unapproved(held, _("There is nothing to send yet. Write the summary first."))
    except NotSigned:
        return _unapproved(held, _("Sign the note first; then the summary can be sent."))
    except ChangedMeanwhile:
        return _unapproved(held, _("The summary was changed in another window. Read it again."))
    note(_("The summary is in the patient's portal, and a mail tells them so."))
    return to("admin.encounters_index")


def reads_like(texts: dict[str, str]) -> tuple[int, bool] | None:
    """The school grade of a text, and whether that is too hard; None when it is short."""
    grade = grade_of("\n".join(texts.values()))
    return None if grade is None else (grade, grade >= HARD_FROM)


def _save(encounter_id: UUID) -> int:
    try:
        return save_summary(
            transaction(),
            encounter_id=encounter_id,
            texts=typed(SUMMARY),
            version=asked_version(),
            window=asked_window(),
            by=viewer(),
        )
    except NotTheirs as refusal:
        raise Refused("note.write") from refusal


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


def _compare(held: Held, version: int) -> Response:
    found = list_summaries(transaction(), viewer=viewer(), encounter=held.encounter)
    mine = {name: clean(text) for name, text in typed(SUMMARY).items()}
    theirs = _texts(found) or dict.fromkeys(SUMMARY, "")
    return invalid(
        "admin/encounters/compare.html",
        status=409,
        version=version,
        window=new_window(),
        mine=mine,
        pairs=differing(SUMMARY, SUMMARY_TITLES, theirs, mine),
        save="admin.encounter_summaries_update",
        back="admin.encounter_summaries_edit",
        **about(held),
    )


def _unapproved(held: Held, why: str) -> Response:
    return invalid(PREVIEW, status=409, refusal=why, **_previewed(held))
