"""What the vendor tells about a room is a hint: the pages themselves say it too, and sooner.

Notices come twice, late and in any order, so one counts only when it is newer than what a page
said.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from shared.access.principal import Principal
from shared.access.video_rooms import find_room_by_meeting
from shared.access.visits import get_visit, list_presences
from shared.adapters.video.values import RoomEvent
from shared.events import act
from shared.models.visit import Visit
from shared.visits.presence import put_presence, settle_presence

JOINED, LEFT, KNOCKED = "room.client.joined", "room.client.left", "room.client.knocked"
USED = frozenset({JOINED, LEFT, KNOCKED})
HOSTS = frozenset({"owner", "member", "host"})


class UnknownRoom(LookupError):
    """No room of ours is at the vendor under that id, or not yet."""


def apply_room_event(session: Session, *, event: RoomEvent, by: Principal) -> None:
    """Take one notice to heart. Raises UnknownRoom."""
    room = find_room_by_meeting(session, viewer=by, meeting_id=event.meeting_id)
    if room is None:
        raise UnknownRoom
    visit = get_visit(session, viewer=by, visit_id=room.visit_id)
    if event.type == KNOCKED:
        act(session, "visit.knocked", target=visit, patient_id=visit.patient_id)
        return
    side = _side(event, visit)
    if side is None or not _is_news(session, visit, side, event.at, by):
        return
    place = "call" if event.type == JOINED else "waiting"
    put_presence(session, visit=visit, side=side, place=place, at=event.at)
    settle_presence(session, visit=visit, by=by)


def _side(event: RoomEvent, visit: Visit) -> str | None:
    """Interpreters and family are neither side."""
    if event.role in HOSTS:
        return "practitioner"
    return "patient" if event.external_id == str(visit.id) else None


def _is_news(session: Session, visit: Visit, side: str, at: datetime, by: Principal) -> bool:
    found = list_presences(session, viewer=by, visit=visit)
    return all(one.seen_at < at for one in found if one.side == side)
