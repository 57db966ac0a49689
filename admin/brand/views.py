"""Settings: the brand. Try a look, keep it, go back to an earlier one."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, make_response, request
from flask_babel import gettext as _
from werkzeug.datastructures import CombinedMultiDict

from admin import blueprint
from admin.brand.forms import BrandForm, form_of, look_of, sent_file, tint_colours
from admin.brand.presenters import REFUSED, present_history, preview_url, say_refusal
from shared.practices.branding import (
    change_look,
    find_kept_logo,
    keep_logo,
    list_looks,
    return_to_look,
)
from shared.practices.contrast import ContrastTooLow, check_contrast
from shared.practices.logos import LARGEST_BYTES, DrawnLogo, LogoRefused, draw_logo
from shared.practices.look import Brand, Logo
from shared.web.answers import invalid, page, to
from shared.web.bodies import MAX_BODY_BYTES
from shared.web.brand import shown_logo
from shared.web.brand_preview import preview_css
from shared.web.current import practice, practice_id, transaction, viewer
from shared.web.pipeline import forget_practices
from shared.web.policy import requires, takes_files
from shared.web.signing_in import note, take_notice

PAGE = "admin/brand/edit.html"
# A little more than a logo: one that is too large is told so beside its field.
LARGEST_FORM = LARGEST_BYTES + MAX_BODY_BYTES


@blueprint.get("/settings/brand")
@requires("settings.manage")
def brand_edit() -> Response:
    """The form with the look in force, beside a preview of it."""
    look = _now()
    form = form_of(look)
    return page(PAGE, notice=take_notice(), **_shown(form, look))


@blueprint.post("/settings/brand/preview")
@requires("settings.manage")
@takes_files(up_to=LARGEST_FORM)
def brand_preview() -> Response:
    """The page with the look as the form has it now; no page uses it yet."""
    return page(PAGE, **_previewed())


@blueprint.post("/settings/brand/preview/panel")
@requires("settings.manage")
@takes_files(up_to=LARGEST_FORM)
def brand_preview_panel() -> Response:
    """The preview alone, while somebody chooses."""
    return page("admin/brand/_preview.html", **_previewed())


@blueprint.get("/settings/brand/preview.css")
@requires("settings.manage")
def brand_preview_styles() -> Response:
    """The tokens of a look that is tried out, for the two panels of the preview."""
    response = make_response(preview_css(Brand.from_mapping(_typed())))
    response.mimetype = "text/css"
    return response


@blueprint.post("/settings/brand")
@requires("settings.manage")
@takes_files(up_to=LARGEST_FORM)
def brand_update() -> Response:
    """Keep it: in force at once, everywhere."""
    form = _sent()
    look = _with_logo(form, _tried(form))
    if form.errors:
        return invalid(PAGE, **_shown(form, look))
    changed = change_look(transaction(), brand=look, by=viewer())
    forget_practices()
    note(_("Saved. Every page shows it now.") if changed else _("Nothing was changed."))
    return to("admin.brand_edit")


@blueprint.post("/settings/brand/looks/<uuid:look_id>")
@requires("settings.manage")
def brand_restore(look_id: UUID) -> Response:
    """Put an earlier look into force again."""
    try:
        return_to_look(transaction(), look_id=look_id, by=viewer())
    except ContrastTooLow:
        note(_("That look can no longer be used: its colours are too hard to read."))
        return to("admin.brand_edit")
    forget_practices()
    note(_("The earlier look is back."))
    return to("admin.brand_edit")


def _sent() -> BrandForm:
    return BrandForm(CombinedMultiDict([request.files, request.form]))


def _previewed() -> dict[str, Any]:
    """What a preview shows: the form's look, with the logo that was sent for it."""
    form = _sent()
    return _shown(form, _with_logo(form, _tried(form)))


def _now() -> Brand:
    return Brand.from_mapping(practice().brand)


def _tried(form: BrandForm) -> Brand:
    """The look of the form, its contrast said at the colour; the look in force when it has none."""
    if not form.validate():
        return _now()
    look = look_of(form, _now())
    try:
        check_contrast(look)
    except ContrastTooLow as refusal:
        form.accent.errors = [*form.accent.errors, *say_refusal(refusal)]
    return look


def _with_logo(form: BrandForm, look: Brand) -> Brand:
    """The look with the picture just sent, or sent for the last preview."""
    drawn = _drawn(form)
    if drawn is not None:
        found: Logo | None = keep_logo(transaction(), logo=drawn, by=viewer())
    else:
        digest = form.logo_tried.data or ""
        found = find_kept_logo(transaction(), digest=digest, by=viewer())
    if found is None or form.logo_gone.data:
        return look
    form.logo_tried.data = found.digest
    return replace(look, logo=replace(found, names=bool(form.logo_names.data)))


def _drawn(form: BrandForm) -> DrawnLogo | None:
    sent = sent_file(form)
    if sent is None:
        return None
    try:
        return draw_logo(sent)
    except LogoRefused as refusal:
        form.logo.errors = [REFUSED[refusal.why]]
        return None


def _shown(form: BrandForm, look: Brand) -> dict[str, Any]:
    """What the page and its preview show."""
    return {
        "form": form,
        "look": look,
        "name": practice().name,
        "tints": tint_colours(),
        "preview": preview_url(look),
        "logo": shown_logo(look),
        "logo_now": shown_logo(_now()),
        "history": present_history(
            list_looks(transaction(), practice_id=practice_id()), practice().time_zone
        ),
    }


def _typed() -> dict[str, object]:
    """The values of the preview's address: numbers where they are numbers."""
    typed: dict[str, object] = {}
    for name, value in request.args.items():
        try:
            typed[name] = float(value)
        except ValueError:
            typed[name] = value
    return typed
