"""Emergency access to one patient's story, and its review."""

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from admin import blueprint
from admin.break_glass.forms import OUTCOME_WORDS, REASON_WORDS, BreakGlassForm, ReviewForm
from shared.access.break_glass import access_breaking, list_breakings
from shared.access.patients import access_patient
from shared.auth.gate import through_gate
from shared.oversight import AlreadyOpen, OwnReview, break_glass, end_glass, review_breaking
from shared.web.answers import invalid, page, to
from shared.web.current import transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import ask_fresh, note, take_notice


@blueprint.get("/patients/<uuid:patient_id>/break-glass/new")
@requires("patient.break_glass")
def break_glass_new(patient_id: UUID) -> Response:
    """Why, for how long, and who is told. Needs a fresh sign-in, so that nothing typed waits."""
    ask_fresh()
    patient = access_patient(transaction(), viewer=viewer(), patient_id=patient_id)
    return page("admin/break_glass/new.html", form=BreakGlassForm(), patient=patient)


@blueprint.post("/patients/<uuid:patient_id>/break-glass")
@requires("patient.break_glass")
def break_glass_create(patient_id: UUID) -> Response:
    """Open the story for an hour; owners are told at once."""
    ask_fresh()
    patient = access_patient(transaction(), viewer=viewer(), patient_id=patient_id)
    form = BreakGlassForm(request.form)
    if not form.validate():
        return invalid("admin/break_glass/new.html", form=form, patient=patient)
    try:
        with through_gate(transaction()) as own:
            break_glass(
                own,
                patient=patient,
                reason=form.reason.data or "",
                words=form.words.data or "",
                by=viewer(),
            )
    except AlreadyOpen:
        form.reason.errors = [
            _("You have another record open by emergency access. End that one first.")
        ]
        return invalid("admin/break_glass/new.html", form=form, patient=patient)
    return to("admin.stories_show", patient_id=patient_id)


@blueprint.post("/break-glass/end")
@requires("patient.break_glass")
def break_glass_destroy() -> Response:
    """Done before the hour is over."""
    with through_gate(transaction()) as own:
        ended = end_glass(own, by=viewer())
    if ended:
        note(_("The emergency access has ended."))
    return to("admin.security_index")


@blueprint.get("/break-glass")
@requires("break_glass.review")
def break_glass_index() -> Response:
    """Every emergency access, those that wait for a review first."""
    return page(
        "admin/break_glass/index.html",
        breakings=list_breakings(transaction(), viewer=viewer()),
        notice=take_notice(),
        **_words(),
    )


@blueprint.get("/break-glass/<uuid:glass_id>")
@requires("break_glass.review")
def break_glass_show(glass_id: UUID) -> Response:
    """Who, when, why in their own words; and what an owner who is somebody else thinks of it."""
    breaking = access_breaking(transaction(), viewer=viewer(), glass_id=glass_id)
    return page("admin/break_glass/show.html", breaking=breaking, form=ReviewForm(), **_words())


@blueprint.post("/break-glass/<uuid:glass_id>/review")
@requires("break_glass.review")
def break_glass_review_create(glass_id: UUID) -> Response:
    """Close the matter, once, by somebody who did not open it."""
    breaking = access_breaking(transaction(), viewer=viewer(), glass_id=glass_id, lock=True)
    form = ReviewForm(request.form)
    if not form.validate():
        return invalid("admin/break_glass/show.html", form=form, breaking=breaking, **_words())
    try:
        review_breaking(transaction(), breaking.row, outcome=form.outcome.data, by=viewer())
    except OwnReview:
        form.outcome.errors = [_("Somebody else has to review this, and only once.")]
        return invalid(
            "admin/break_glass/show.html", status=409, form=form, breaking=breaking, **_words()
        )
    note(_("The review is written down."))
    return to("admin.break_glass_index")


def _words() -> dict[str, Any]:
    return {
        "reasons": REASON_WORDS,
        "outcomes": OUTCOME_WORDS,
        "self_id": viewer().account_id,
    }
