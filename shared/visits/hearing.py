"""What the vendor tells about a room is a hint: the pages themselves say it too, and sooner.

Notices come twice, late and in any order, so one counts only when it is newer than what a page
said.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.access.principal import Principal
from shared.access.video_rooms import find_room_by_meeting
from shared.access.visits import get_visit, list_presences
from shared.adapters.video.values import Presence, RoomEvent
from shared.events import act
from shared.models.visit import Visit
from shared.visits.presence import put_presence, settle_presence

JOINED, LEFT, KNOCKED = "room.client.joined", "room.client.left", "room.client.knocked"
USED = frozenset({JOINED, LEFT, KNOCKED})
HOSTS = frozenset({"owner", "member", "host"})


def patient_code(visit: Visit) -> str:
    """What the vendor is told instead of the patient: at most 36 characters about nobody."""
    return str(visit.id)


def host_code(visit: Visit) -> str:
    """The same for the practitioner."""
    return f"h-{visit.id.hex}"


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
    side, at = _side(event, visit), _by_our_clock(event.at)
    if side is None or not _is_news(session, visit, side, at, by):
        return
    place = "call" if event.type == JOINED else "waiting"
    put_presence(session, visit=visit, side=side, place=place, at=at)
    settle_presence(session, visit=visit, by=by)


def apply_memory(
    session: Session, *, visit_id: UUID, told: Iterable[Presence], by: Principal
) -> None:
    """What the vendor remembers of a room, asked for: the same hints as its notices, later.

    A moment counts only when it is newer than what is known of that side.
    """
    visit = get_visit(session, viewer=by, visit_id=visit_id)
    sides = {patient_code(visit): "patient", host_code(visit): "practitioner"}
    newest: dict[str, tuple[bool, datetime]] = {}
    for one in told:
        side = sides.get(one.external_id)
        if side is not None:
            # Whoever is inside with one page is inside, although another page left later.
            moment = (one.left_at is None, one.left_at or one.joined_at)
            newest[side] = max(newest.get(side, moment), moment)
    for side, (inside, told_at) in newest.items():
        at = _by_our_clock(told_at)
        if _is_news(session, visit, side, at, by):
            place = "call" if inside else "waiting"
            put_presence(session, visit=visit, side=side, place=place, at=at)
    settle_presence(session, visit=visit, by=by)


def _side(event: RoomEvent, visit: Visit) -> str | None:
    """Interpreters and family are neither side."""
    if event.role in HOSTS:
        return "practitioner"
    return "patient" if event.external_id == patient_code(visit) else None


def _by_our_clock(at: datetime) -> datetime:
    """A vendor whose clock runs ahead keeps nobody in a room longer than our own pages do."""
    return min(at, clock.now())


def _is_news(session: Session, visit: Visit, side: str, at: datetime, by: Principal) -> bool:
    found = list_presences(session, viewer=by, visit=visit)
    return all(one.seen_at < at for one in found if one.side == side)
