"""Who is there just now, as the pages said within the last seconds."""

from datetime import timedelta

from sqlalchemy.orm import Session

from shared import clock
from shared.access.principal import Principal
from shared.access.visits import list_presences
from shared.models.visit import Visit

# A page speaks every ten seconds; a page that missed two turns is gone.
FRESH = timedelta(seconds=25)


def sides_in_call(session: Session, *, visit: Visit, by: Principal) -> set[str]:
    """Who is inside the room, as their pages said just now."""
    since = clock.now() - FRESH
    return {
        one.side
        for one in list_presences(session, viewer=by, visit=visit)
        if one.place == "call" and one.seen_at > since
    }


def is_here(session: Session, *, visit: Visit, side: str, by: Principal) -> bool:
    """True while that side's page speaks, in the room or before it."""
    since = clock.now() - FRESH
    found = list_presences(session, viewer=by, visit=visit)
    return any(one.side == side and one.seen_at > since for one in found)
