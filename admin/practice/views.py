"""Reading and changing the practice's own facts."""

from flask import Response, request
from flask_babel import gettext as _

from admin import blueprint
from admin.practice.forms import PracticeForm
from shared.practices.editing import (
    InvalidPractice,
    find_escalation_phone,
    update_practice,
)
from shared.practices.hosts import PracticeView, get_practice
from shared.web.answers import invalid, page, to
from shared.web.current import practice_id, transaction, viewer
from shared.web.formats import phone
from shared.web.pipeline import forget_practices
from shared.web.policy import requires
from shared.web.signing_in import ask_fresh, note, take_notice

ADDRESS = ("line", "city", "state", "postal_code")
# Whoever changes where notices and calls go needs a fresh proof.
REACHED_BY = ("email", "phone")


@blueprint.get("/settings/practice")
@requires("settings.manage")
def practice_edit() -> Response:
    """The form with what is in force."""
    now = get_practice(transaction(), practice_id())
    own = {"escalation_phone": phone(find_escalation_phone(transaction(), practice_id()))}
    form = PracticeForm(data={**_values(now), **own})
    return page("admin/practice/edit.html", form=form, notice=take_notice(), now=now)


@blueprint.post("/settings/practice")
@requires("settings.manage")
def practice_update() -> Response:
    """Change it, at once everywhere."""
    now = get_practice(transaction(), practice_id())
    form = PracticeForm(request.form)
    if not form.validate():
        return invalid("admin/practice/edit.html", form=form, now=now)
    rings = find_escalation_phone(transaction(), practice_id())
    if rings != (form.escalation_phone.data or "") or any(
        form[name].data != getattr(now, name) for name in REACHED_BY
    ):
        ask_fresh()
    values = {name: value for name, value in form.data.items() if name not in ADDRESS}
    values["escalation_phone"] = form.escalation_phone.data or ""
    try:
        address = {**now.address, **{name: form[name].data for name in ADDRESS}}
        changed = update_practice(transaction(), values={**values, "address": address}, by=viewer())
    except InvalidPractice as refusal:
        form[refusal.field].errors = [_("That cannot be used.")]
        return invalid("admin/practice/edit.html", form=form, now=now)
    forget_practices()
    note(_("Saved.") if changed else _("Nothing was changed."))
    return to("admin.practice_edit")


def _values(now: PracticeView) -> dict[str, object]:
    """As the form shows it."""
    fields = {name: getattr(now, name) for name in PracticeForm()._fields if hasattr(now, name)}
    return {**now.address, **fields, "phone": phone(now.phone)}
