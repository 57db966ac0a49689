"""What needs attention: the list, one press to end a line, addresses that get no mail."""

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from admin import blueprint
from admin.attention.forms import LiftForm
from admin.attention.presenters import Line, present_items, silent_worker
from shared.access.attention import list_ended_items, list_open_items, name_patients
from shared.access.policy import holds
from shared.access.suppressions import access_suppression
from shared.attention import kinds_for, resolve_item
from shared.attention.silence import find_silence
from shared.messaging.suppressions import lift_suppression
from shared.web.answers import invalid, page, to
from shared.web.current import transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import note, take_notice


@blueprint.get("/attention")
@requires("attention.read")
def attention_index() -> Response:
    """Everything open that is the viewer's business, and what ended last."""
    kinds = kinds_for(viewer())
    ended = list_ended_items(transaction(), viewer=viewer(), kinds=kinds)
    return page(
        "admin/attention/index.html",
        lines=open_lines(),
        ended=present_items(ended, {}, reads_records=False),
        notice=take_notice(),
    )


@blueprint.post("/attention/<uuid:item_id>/end")
@requires("attention.read")
def attention_destroy(item_id: UUID) -> Response:
    """Somebody has looked after it."""
    resolve_item(transaction(), item_id=item_id, outcome="done", by=viewer())
    note(_("Done: the line is off the list."))
    return to("admin.attention_index")


@blueprint.get("/addresses/<uuid:suppression_id>")
@requires("suppression.lift")
def addresses_show(suppression_id: UUID) -> Response:
    """An address that gets no mail: which, whose, since when, why."""
    return page("admin/attention/address.html", form=LiftForm(), **_address(suppression_id))


@blueprint.post("/addresses/<uuid:suppression_id>/lift")
@requires("suppression.lift")
def addresses_update(suppression_id: UUID) -> Response:
    """Let mail go there again."""
    form = LiftForm(request.form)
    if not form.validate():
        return invalid("admin/attention/address.html", form=form, **_address(suppression_id))
    lift_suppression(
        transaction(), suppression_id=suppression_id, reason=form.reason.data, by=viewer()
    )
    note(_("Mail goes to that address again."))
    return to("admin.attention_index")


def open_lines() -> list[Line]:
    """The open lines of the viewer; for the first page of the desk as well."""
    if not holds(viewer(), "attention.read"):
        return []
    kinds = kinds_for(viewer())
    items = list_open_items(transaction(), viewer=viewer(), kinds=kinds)
    wanted = {item.patient_id for item in items if item.patient_id}
    names = name_patients(transaction(), viewer=viewer(), patient_ids=wanted)
    lines = present_items(items, names, reads_records=holds(viewer(), "patient.contact"))
    silence = find_silence() if "worker_silent" in kinds else None
    return [silent_worker(silence), *lines] if silence else lines


def _address(suppression_id: UUID) -> dict[str, Any]:
    kept = access_suppression(transaction(), viewer=viewer(), suppression_id=suppression_id)
    wanted = {kept.patient_id} if kept.patient_id else set()
    names = name_patients(transaction(), viewer=viewer(), patient_ids=wanted)
    return {
        "kept": kept,
        "who": names.get(kept.patient_id) if kept.patient_id else None,
        "patient_id": kept.patient_id if holds(viewer(), "patient.contact") else None,
    }
