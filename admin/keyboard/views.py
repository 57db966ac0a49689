"""The map of keys, and whether single keys do anything for this person (WCAG 2.1.4)."""

from flask import Response, request
from flask_babel import gettext as _

from admin import blueprint
from shared.auth.own_keys import use_single_keys
from shared.web.answers import page, to
from shared.web.current import transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import note, take_notice


@blueprint.get("/keyboard")
@requires("desk.open")
def keyboard_show() -> Response:
    """The map, as a page."""
    return page("admin/keyboard/show.html", notice=take_notice())


@blueprint.post("/keyboard")
@requires("factor.manage")
def keyboard_update() -> Response:
    """Turn single keys on or off, on every machine this person signs in to."""
    on = request.form.get("single_keys") == "on"
    use_single_keys(transaction(), by=viewer(), on=on)
    note(_("Single keys work again.") if on else _("Single keys do nothing any more."))
    return to("admin.keyboard_show")
