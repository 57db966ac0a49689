"""The calls to the video vendor: claim in one transaction, call in none, note it in another.

The vendor knows no idempotency key, so before a second try it is asked what the first one made.
"""

from uuid import UUID

from shared import clock
from shared.access.video_rooms import list_room_keys, list_rooms_in, list_rooms_in_use, lock_room
from shared.adapters.video.errors import Refused, Unavailable
from shared.adapters.video.values import Room
from shared.adapters.video.whereby import rooms_for
from shared.attention import raise_item, settle_item
from shared.events import act
from shared.practices.work import VendorWork
from shared.queue import defer
from shared.visits.hearing import apply_memory
from shared.visits.rooms import (
    CLAIM_FOR,
    NOT_CONFIGURED,
    Claim,
    claim_room,
    keep_room,
    note_gone,
    note_lost,
    note_room_trouble,
    practice_prefix,
)


def make_room(work: VendorWork, *, room_id: UUID) -> None:
    """Have a wanted room made. Raises Unavailable, to be run again."""
    with work.session() as session:
        claim = claim_room(session, room_id=room_id, by=work.principal)
    if claim is None:
        return
    try:
        made = _find_or_make(work, claim)
    except (Unavailable, Refused) as error:
        clear = isinstance(error, Refused)
        with work.session() as session:
            note_room_trouble(
                session, room_id=room_id, code=error.code, clear=clear, by=work.principal
            )
            # Where no vendor is set up, visits are by phone, and nobody has to look.
            if error.code != NOT_CONFIGURED:
                raise_item(
                    session,
                    "video_room_failed",
                    subject=("video_room", room_id),
                    patient_id=claim.patient_id,
                    code=error.code,
                )
        if not clear:
            raise
        return
    with work.session() as session:
        keep_room(session, room_id=room_id, made=made, by=work.principal)
        settle_item(session, "video_room_failed", subject=("video_room", room_id))


def _find_or_make(work: VendorWork, claim: Claim) -> Room:
    vendor = rooms_for(work.settings)
    if claim.again:
        found = vendor.find_rooms(claim.key)
        for extra in found[1:]:
            vendor.delete_room(extra.meeting_id)
        if found:
            return found[0]
    return vendor.create_room(prefix=claim.key, ends_at=claim.ends_at)


def remove_room(work: VendorWork, *, room_id: UUID) -> None:
    """Delete a room and see that it is gone. Raises Unavailable or Refused, to be run again."""
    with work.session() as session:
        room = lock_room(session, viewer=work.principal, room_id=room_id)
        if room is None or room.status != "closing":
            return
        key, meeting_id = room.key, room.meeting_id
    vendor = rooms_for(work.settings)
    ids = {found.meeting_id for found in vendor.find_rooms(key)}
    for known in ids | ({meeting_id} if meeting_id else set()):
        vendor.delete_room(known)
        if vendor.find_room(known) is not None:
            raise Unavailable("still_there")
    with work.session() as session:
        note_gone(session, room_id=room_id, by=work.principal)


def sweep_rooms(work: VendorWork) -> int:
    """Delete rooms of ours at the vendor that no visit needs; how many. Raises VideoError.

    Also takes up what a dead worker left half-way.
    """
    _take_up_forgotten(work)
    vendor = rooms_for(work.settings)
    # The vendor is asked first: a row of ours always stands before its room does.
    found = vendor.find_rooms(practice_prefix(work.principal.practice_id))
    with work.session() as session:
        keys = list_room_keys(session, viewer=work.principal)
    orphans = [room for room in found if not any(room.name.startswith(f"/{key}") for key in keys)]
    for room in orphans:
        vendor.delete_room(room.meeting_id)
    if orphans:
        with work.session() as session:
            about = ("practice", work.principal.practice_id)
            act(session, "room.orphans_removed", target=about, count=len(orphans))
            raise_item(session, "video_room_orphaned", times=len(orphans))
    return len(orphans)


def ask_vendor(work: VendorWork) -> None:
    """Ask the vendor about the rooms that are in use: is each there still, who was in it when.

    Its notices may be lost, come late or contradict each other; what it remembers is a hint as
    they are. A room that is not there is made anew. Raises VideoError.
    """
    with work.session() as session:
        rooms = list_rooms_in_use(session, viewer=work.principal)
    if not rooms:
        return
    vendor = rooms_for(work.settings)
    prefix = practice_prefix(work.principal.practice_id)
    known = {one.meeting_id for one in vendor.find_rooms(prefix)}
    for room in rooms:
        if room.meeting_id not in known and vendor.find_room(room.meeting_id) is None:
            with work.session() as session:
                note_lost(session, room_id=room.id, by=work.principal)
            continue
        told = vendor.list_presences(room.name)
        with work.session() as session:
            apply_memory(session, visit_id=room.visit_id, told=told, by=work.principal)


def _take_up_forgotten(work: VendorWork) -> None:
    """Ask again for what stands half-way since longer than a claim is good for."""
    before = clock.now() - CLAIM_FOR
    steps = {"make_room": ("wanted", "making", "unknown"), "remove_room": ("closing",)}
    with work.session() as session:
        for name, statuses in steps.items():
            for room_id in list_rooms_in(
                session, viewer=work.principal, statuses=statuses, before=before
            ):
                lock = f"{name.removesuffix('_room')}:{room_id}"
                defer(session, name, queueing_lock=lock, room_id=room_id)
