"""What needs attention: the list, one press to end a line, addresses that get no mail."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, g, request
from flask_babel import gettext as _

from admin import blueprint
from admin.attention.forms import LiftForm
from admin.attention.presenters import WORDS, Line, present_items, silent_worker
from shared import clock
from shared.access.attention import list_ended_items, list_open_items, name_patients
from shared.access.policy import holds
from shared.access.suppressions import access_suppression
from shared.attention import kinds_for, resolve_item
from shared.attention.silence import find_silence
from shared.messaging.suppressions import lift_suppression
from shared.web.answers import invalid, page, to
from shared.web.current import practice, transaction, viewer
from shared.web.formats import when
from shared.web.lists import Asked, read_list
from shared.web.policy import requires
from shared.web.signing_in import note, take_notice
from shared.web.spreadsheets import csv_answer

if TYPE_CHECKING:
    from shared.models.attention_item import AttentionItem

MOST_OPEN = 50
LATELY = 5
MOST_EXPORTED = 5000


@blueprint.get("/attention")
@requires("attention.read")
def attention_index() -> Response:
    """What is open and the viewer's business, or what ended; chosen and ordered in the address."""
    asked = read_asked()
    shown = asked.shown(read_items(asked))
    ended = "state" in asked.chosen
    lately = list_ended_items(
        transaction(), viewer=viewer(), kinds=chosen_kinds(asked), limit=0 if ended else LATELY
    )
    return page(
        "admin/attention/index.html",
        listing=shown,
        lines=tell(shown.rows, silence="state" not in asked.chosen and asked.number == 1),
        lately=present_items(lately, {}, reads_records=False),
        kinds=[(name, str(WORDS[name].what)) for name in kinds_for(viewer())],
        may_export=holds(viewer(), "list.export"),
        notice=take_notice(),
    )


@blueprint.get("/attention/export")
@requires("list.export")
def attention_export() -> Response:
    """The same lines as a file; whoever is named in it is noted as taken out."""
    asked = replace(read_asked(), number=1, size=MOST_EXPORTED)
    lines = tell(read_items(asked)[:MOST_EXPORTED], action="patient.exported")
    zone = practice().time_zone
    return csv_answer(
        f"attention-{clock.today(zone).isoformat()}",
        [_("What"), _("Who"), _("Since"), _("Times"), _("If nobody looks"), _("Outcome")],
        [
            (one.what, one.who, when(one.since, zone), one.times, one.ignored, one.outcome)
            for one in lines
        ],
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


def read_asked() -> Asked:
    """Which lines the address asks for: open ones, the longest waiting first."""
    return read_list(
        {"since"}, default="since", filters={"state": ("ended",), "what": kinds_for(viewer())}
    )


def chosen_kinds(asked: Asked) -> tuple[str, ...]:
    """The kinds to list: the one that was chosen, or all that are the viewer's business."""
    return (asked.chosen["what"],) if "what" in asked.chosen else kinds_for(viewer())


def read_items(asked: Asked) -> "list[AttentionItem]":
    """The rows of the list."""
    read = list_ended_items if "state" in asked.chosen else list_open_items
    return read(
        transaction(),
        viewer=viewer(),
        kinds=chosen_kinds(asked),
        descending=asked.descending,
        **asked.window,
    )


def tell(
    items: "list[AttentionItem]", *, silence: bool = False, action: str = "patient.viewed"
) -> list[Line]:
    """Lines with the names that the viewer may know; with `silence` a silent worker before them."""
    wanted = {item.patient_id for item in items if item.patient_id}
    names = name_patients(transaction(), viewer=viewer(), patient_ids=wanted, action=action)
    lines = present_items(items, names, reads_records=holds(viewer(), "patient.contact"))
    since = find_silence() if silence and "worker_silent" in kinds_for(viewer()) else None
    return [silent_worker(since), *lines] if since else lines


def open_lines() -> list[Line]:
    """The open lines of the viewer, for the first page of the desk."""
    if not holds(viewer(), "attention.read"):
        return []
    items = list_open_items(
        transaction(), viewer=viewer(), kinds=kinds_for(viewer()), limit=MOST_OPEN
    )
    if len(items) < MOST_OPEN:
        g.waiting = len(items)
    return tell(items, silence=True)


def _address(suppression_id: UUID) -> dict[str, Any]:
    kept = access_suppression(transaction(), viewer=viewer(), suppression_id=suppression_id)
    wanted = {kept.patient_id} if kept.patient_id else set()
    names = name_patients(transaction(), viewer=viewer(), patient_ids=wanted)
    return {
        "kept": kept,
        "who": names.get(kept.patient_id) if kept.patient_id else None,
        "patient_id": kept.patient_id if holds(viewer(), "patient.contact") else None,
    }
