"""Nobody has to ask whether it went through: every message, where it went, and how it stands."""

from uuid import UUID

from flask import Response, request

from portal import blueprint
from portal.dispatches.presenters import present
from portal.reader import own_zone
from shared.access.dispatches import list_sent_to_viewer
from shared.web.answers import page
from shared.web.current import transaction, viewer
from shared.web.policy import requires

PAGE = 20


@blueprint.get("/sent")
@requires("dispatch.read")
def dispatches_index() -> Response:
    """What was sent to me, newest first."""
    before = _read_id(request.args.get("before"))
    found = list_sent_to_viewer(transaction(), viewer=viewer(), before=before, limit=PAGE + 1)
    return page(
        "portal/dispatches/index.html",
        messages=[present(each) for each in found[:PAGE]],
        older=found[PAGE - 1].id if len(found) > PAGE else None,
        first=before is None,
        zone=own_zone(),
    )


def _read_id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
