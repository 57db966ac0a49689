"""Who looked at my record."""

from datetime import datetime
from uuid import UUID

from flask import Response, request

from portal import blueprint
from portal.looks.presenters import present
from portal.reader import own_zone
from shared.access.looks import read_own_looks
from shared.web.answers import page
from shared.web.current import transaction, viewer
from shared.web.policy import requires


@blueprint.get("/looks")
@requires("looks.read")
def looks_index() -> Response:
    """Staff and programs, by day; with ?own=1 also my own pages."""
    own = request.args.get("own") == "1"
    before = read_cursor(request.args.get("before"))
    found = read_own_looks(transaction(), viewer=viewer(), own=own, before=before)
    return page(
        "portal/looks/index.html",
        days=present(found.looks, own_zone()),
        own=own,
        first=before is None,
        more=f"{found.more[0].isoformat()}_{found.more[1]}" if found.more else None,
    )


def read_cursor(text: str | None) -> tuple[datetime, UUID] | None:
    """The page's key, as our own link wrote it; anything else begins at the newest."""
    at, _, event_id = (text or "").rpartition("_")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, UUID(event_id)) if moment.tzinfo else None
    except ValueError:
        return None
