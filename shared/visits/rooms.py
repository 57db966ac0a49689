"""A room's life on our side: wanted, claimed for the call to the vendor, ready, closed, gone.

Each step is one short transaction; the calls themselves are in `shared.visits.calls`.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.access.principal import Principal
from shared.access.video_rooms import (
    find_latest_room,
    find_visit_id_of,
    list_rooms_of,
    lock_room,
)
from shared.access.visits import get_visit
from shared.adapters.video.values import Room
from shared.events import act
from shared.ids import new_id
from shared.models.visit import VideoRoom, VideoRoomHost, Visit
from shared.queue import defer
from shared.visits.states import OPEN, RoomStatus, Status, check_room_move

# The vendor's host rights end an hour after a room's end, so a long visit needs one far off.
KEPT_AFTER = timedelta(hours=4)
# A refusal stands for so long.
ASK_AGAIN_AFTER = timedelta(minutes=5)
NOT_CONFIGURED = "not_configured"
# A claim older than this belonged to a worker that died.
CLAIM_FOR = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Claim:
    """What the call to the vendor needs; `again` when an earlier one may have made a room."""

    room_id: UUID
    patient_id: UUID
    key: str
    ends_at: datetime
    again: bool


def practice_prefix(practice_id: UUID) -> str:
    """What the names of a practice's rooms begin with; opaque, the vendor learns nothing by it."""
    return f"b{hashlib.sha256(practice_id.bytes).hexdigest()[:8]}-"


def key_for(practice_id: UUID, room_id: UUID) -> str:
    """A room's own key: at most 39 characters of a-z, 0-9 and -."""
    code = base64.b32encode(room_id.bytes).decode().rstrip("=").lower()
    return practice_prefix(practice_id) + code


def want_room(session: Session, *, visit: Visit, by: Principal) -> VideoRoom | None:
    """Ask for a room, unless the visit has one or needs none."""
    if visit.modality != "video" or Status(visit.status) not in OPEN:
        return None
    if list_rooms_of(session, viewer=by, visit_id=visit.id) or _was_refused(session, visit, by):
        return None
    room_id = new_id()
    room = VideoRoom(
        id=room_id,
        practice_id=visit.practice_id,
        visit_id=visit.id,
        patient_id=visit.patient_id,
        status=RoomStatus.WANTED.value,
        key=key_for(visit.practice_id, room_id),
        attempts=0,
        created_at=clock.now(),
    )
    session.add(room)
    act(session, "room.wanted", target=room, patient_id=visit.patient_id)
    defer(session, "make_room", queueing_lock=f"make:{room.id}", room_id=room.id)
    return room


def _was_refused(session: Session, visit: Visit, by: Principal) -> bool:
    """The vendor said no just now, or there is no vendor: asking again at once changes nothing."""
    last = find_latest_room(session, viewer=by, visit_id=visit.id)
    if last is None or last.status != RoomStatus.FAILED:
        return False
    return last.last_error == NOT_CONFIGURED or last.created_at > clock.now() - ASK_AGAIN_AFTER


def claim_room(session: Session, *, room_id: UUID, by: Principal) -> Claim | None:
    """Take a room to be made; None when there is nothing to do."""
    room = lock_room(session, viewer=by, room_id=room_id)
    if room is None or room.status not in {"wanted", "making", "unknown"}:
        return None
    if room.status == "making" and not _stale(room):
        return None
    visit = get_visit(session, viewer=by, visit_id=room.visit_id)
    if Status(visit.status) not in OPEN:
        close_room(session, room=room)
        return None
    again = room.attempts > 0
    _move(room, RoomStatus.MAKING)
    room.attempts, room.tried_at = room.attempts + 1, clock.now()
    act(session, "room.tried", target=room, patient_id=room.patient_id)
    ends_at = max(visit.ends_at, clock.now()) + KEPT_AFTER
    return Claim(room.id, room.patient_id, room.key, ends_at, again)


def keep_room(session: Session, *, room_id: UUID, made: Room, by: Principal) -> None:
    """The vendor made it: keep its addresses, tell the visit."""
    _lock_visit(session, room_id, by)
    room = lock_room(session, viewer=by, room_id=room_id)
    if room is None or room.status != "making":
        return
    _move(room, RoomStatus.READY)
    room.meeting_id, room.name = made.meeting_id, made.name
    room.guest_url = made.guest_url
    room.ready_at, room.last_error = clock.now(), None
    host = VideoRoomHost(practice_id=room.practice_id, room_id=room.id)
    host.url = made.host_url
    session.add(host)
    act(session, "room.ready", target=room, patient_id=room.patient_id)
    visit = get_visit(session, viewer=by, visit_id=room.visit_id, lock=True)
    if visit.status == Status.SCHEDULED:
        visit.status = Status.ROOM_READY.value
        act(session, "visit.room_ready", target=visit, patient_id=visit.patient_id)


def note_room_trouble(
    session: Session, *, room_id: UUID, code: str, clear: bool, by: Principal
) -> None:
    """The vendor failed: `clear` when it will not make one, else nobody can tell."""
    room = lock_room(session, viewer=by, room_id=room_id)
    if room is None or room.status != "making":
        return
    _move(room, RoomStatus.FAILED if clear else RoomStatus.UNKNOWN)
    room.last_error = code
    action = "room.failed" if clear else "room.unknown"
    act(session, action, target=room, patient_id=room.patient_id, why=code)


def close_room(session: Session, *, room: VideoRoom) -> None:
    """Ask for a room to be removed; one that was never asked for is gone at once."""
    if room.status in {"closing", "gone"}:
        return
    if room.attempts == 0:
        _move(room, RoomStatus.GONE)
        room.gone_at = clock.now()
        act(session, "room.gone", target=room, patient_id=room.patient_id)
        return
    _move(room, RoomStatus.CLOSING)
    act(session, "room.closing", target=room, patient_id=room.patient_id)
    defer(session, "remove_room", queueing_lock=f"remove:{room.id}", room_id=room.id)


def close_rooms(session: Session, *, visit: Visit, by: Principal) -> None:
    """Remove whatever room a visit has; a visit without one is torn down at once."""
    for room in list_rooms_of(session, viewer=by, visit_id=visit.id):
        close_room(session, room=room)
    settle_tear_down(session, visit=visit, by=by)


def note_gone(session: Session, *, room_id: UUID, by: Principal) -> None:
    """The vendor said that the room does not exist any more."""
    _lock_visit(session, room_id, by)
    room = lock_room(session, viewer=by, room_id=room_id)
    if room is None or room.status != "closing":
        return
    _move(room, RoomStatus.GONE)
    room.gone_at = clock.now()
    act(session, "room.gone", target=room, patient_id=room.patient_id)
    visit = get_visit(session, viewer=by, visit_id=room.visit_id, lock=True)
    settle_tear_down(session, visit=visit, by=by)


def note_lost(session: Session, *, room_id: UUID, by: Principal) -> None:
    """The vendor has no such room any more and nobody of us removed it: the visit needs another."""
    _lock_visit(session, room_id, by)
    room = lock_room(session, viewer=by, room_id=room_id)
    if room is None or room.status != "ready":
        return
    _move(room, RoomStatus.GONE)
    room.gone_at = clock.now()
    act(session, "room.lost", target=room, patient_id=room.patient_id)
    visit = get_visit(session, viewer=by, visit_id=room.visit_id, lock=True)
    want_room(session, visit=visit, by=by)
    settle_tear_down(session, visit=visit, by=by)


def settle_tear_down(session: Session, *, visit: Visit, by: Principal) -> None:
    """A visit that is over and has no room left is torn down."""
    over = {Status.ENDED, Status.NO_SHOW, Status.CANCELLED}
    if Status(visit.status) not in over or visit.torn_down_at is not None:
        return
    session.flush()
    if list_rooms_of(session, viewer=by, visit_id=visit.id):
        return
    visit.torn_down_at = clock.now()
    if visit.status == Status.ENDED:
        visit.status = Status.TORN_DOWN.value
    act(session, "visit.torn_down", target=visit, patient_id=visit.patient_id)


def _move(room: VideoRoom, wanted: RoomStatus) -> None:
    check_room_move(room.status, wanted)
    room.status = wanted.value


def _lock_visit(session: Session, room_id: UUID, by: Principal) -> None:
    """First the visit, then its rooms: every step locks in this order."""
    visit_id = find_visit_id_of(session, viewer=by, room_id=room_id)
    if visit_id is not None:
        get_visit(session, viewer=by, visit_id=visit_id, lock=True)


def _stale(room: VideoRoom) -> bool:
    return room.tried_at is None or room.tried_at < clock.now() - CLAIM_FOR
