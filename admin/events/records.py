"""How a record was at a moment of the past, and everything that changed it."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, request

from admin import blueprint
from admin.events.forms import MomentForm
from admin.events.presenters import present, present_record
from admin.events.words import noun_words
from shared import clock
from shared.access.errors import NotFound
from shared.access.history import list_record_changes, read_record_at
from shared.web.answers import invalid, page
from shared.web.current import practice, transaction, viewer
from shared.web.formats import when
from shared.web.policy import requires


@blueprint.get("/events/records/<target_type>/<uuid:target_id>")
@requires("log.read")
def events_record(target_type: str, target_id: UUID) -> Response:
    """The row as one entry left it (?entry=), as it was at a moment (?on=&at=), or as it is."""
    zone = practice().time_zone
    asked = "on" in request.args
    form = MomentForm(request.args if asked else None)
    changes = list_record_changes(
        transaction(), viewer=viewer(), target_type=target_type, target_id=target_id
    )
    context: dict[str, Any] = {
        "target_type": target_type,
        "target_id": target_id,
        "title": noun_words(target_type),
        "form": form,
        "changes": present(changes, zone),
    }
    if asked and not form.validate():
        return invalid("admin/events/record.html", record=None, moment=None, **context)
    moment = form.moment(zone) if asked else clock.now()
    found = read_record_at(
        transaction(),
        viewer=viewer(),
        target_type=target_type,
        target_id=target_id,
        moment=moment,
        after_entry=read_entry(request.args.get("entry")),
    )
    if not asked:
        form.on.data = moment.astimezone(ZoneInfo(zone)).date()
    shown = found.since if request.args.get("entry") and found.since else moment
    return page(
        "admin/events/record.html",
        record=present_record(found, zone),
        moment=when(shown, zone),
        **context,
    )


def read_entry(text: str | None) -> UUID | None:
    """The entry after which the record is wanted; NotFound for what is no id."""
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise NotFound from error
