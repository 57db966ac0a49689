"""Rooms and the people in them: who knocks, who was let in, who is gone.

A client is somebody's open page. Its presence is what its page last said; a page that is silent
for a few seconds has left, as a cut line looks to the vendor.
"""

import secrets
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from shared.sandbox.store import Row, pack, unpack
from shared.sandbox.whereby.checking import read_time
from shared.sandbox.whereby.webhooks import emit
from shared.sandbox.world import Sandbox

Json = dict[str, Any]
# Seconds of silence after which a page counts as gone; real time, as a line is.
SILENT: Final = 8.0
# The vendor removes a room about a day after its end.
KEPT_AFTER_END: Final = timedelta(hours=24)
MOST_IN_NORMAL: Final = 4


def create_room(world: Sandbox, wanted: Json) -> Json:
    """Make a room; every call makes another one, as the vendor knows no idempotency key."""
    prefix = str(wanted.get("roomNamePrefix") or "").lower().replace(" ", "")
    name = f"/{prefix}-{uuid.uuid4()}" if prefix else f"/{uuid.uuid4()}"
    now = world.clock.now()
    body: Json = {
        "meetingId": str(secrets.randbelow(9 * 10**9) + 10**9),
        "roomName": name,
        "roomUrl": f"{world.settings.people_url}/video{name}",
        "startDate": _written(now),
        "endDate": _written(read_time(wanted["endDate"])),
        "isLocked": bool(wanted.get("isLocked")),
        "hostKey": secrets.token_urlsafe(32),
        "wanted": wanted,
    }
    world.store.run(
        "insert into video_room (id, name, body, ends, created) values (?, ?, ?, ?, ?)",
        body["meetingId"],
        name,
        pack(body),
        read_time(wanted["endDate"]).timestamp(),
        now.timestamp(),
    )
    return body


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def show(room: Json, fields: list[str]) -> Json:
    """The room as the API tells it; the host's address only to who asks for it."""
    names = ("meetingId", "roomName", "roomUrl", "startDate", "endDate")
    told = {name: room[name] for name in names}
    if "hostRoomUrl" in fields:
        told["hostRoomUrl"] = f"{room['roomUrl']}?roomKey={room['hostKey']}"
    return told


def find_room(world: Sandbox, *, meeting_id: str = "", name: str = "") -> Json | None:
    """A room that exists, by id or by name."""
    row = world.store.one("select body from video_room where id = ? or name = ?", meeting_id, name)
    return None if row is None else unpack(row["body"])


def list_rooms(world: Sandbox, prefix: str, after: str, limit: int) -> list[Json]:
    """Rooms whose names begin so, oldest first, from behind a cursor."""
    sql = (
        "select body from video_room where substr(name, 1, length(?)) = ? and id > ?"
        " order by id limit ?"
    )
    return [unpack(row["body"]) for row in world.store.all(sql, prefix, prefix, after, limit)]


def delete_room(world: Sandbox, meeting_id: str) -> bool:
    """Remove the room and everybody in it; repeatable. Their pages find it gone."""
    with world.store.transaction() as store:
        room = find_room(world, meeting_id=meeting_id)
        if room is None:
            return False
        for client in clients_of(world, meeting_id):
            if client["state"] == "in":
                leave(world, room, client["id"])
        store.run("delete from video_client where meeting_id = ?", meeting_id)
        store.run("delete from video_signal where meeting_id = ?", meeting_id)
        store.run("delete from video_room where id = ?", meeting_id)
        return True


def clients_of(world: Sandbox, meeting_id: str) -> list[Row]:
    """Everybody whose page is open, in the order they came."""
    sql = "select * from video_client where meeting_id = ? order by rowid"
    return world.store.all(sql, meeting_id)


def count_in(world: Sandbox, meeting_id: str) -> int:
    """How many are inside."""
    return sum(client["state"] == "in" for client in clients_of(world, meeting_id))


def enter(world: Sandbox, room: Json, *, key: str, who: Json) -> Row | None:
    """Open a client for a page: the host is in, anybody else knocks at a locked room.

    None when the room is full.
    """
    is_host = bool(key) and secrets.compare_digest(key, room["hostKey"])
    inside = is_host or not room["isLocked"]
    if inside and count_in(world, room["meetingId"]) >= MOST_IN_NORMAL:
        return None
    client_id = uuid.uuid4().hex
    world.store.run(
        "insert into video_client (id, meeting_id, role, who, state, seen)"
        " values (?, ?, ?, ?, ?, ?)",
        client_id,
        room["meetingId"],
        "host" if is_host else "visitor",
        pack(who),
        "in" if inside else "waiting",
        time.time(),
    )
    if inside:
        _joined(world, room, client_id)
    return client_of(world, room, client_id)


def client_of(world: Sandbox, room: Json, client_id: str) -> Row | None:
    """One client of this room."""
    sql = "select * from video_client where id = ? and meeting_id = ?"
    return world.store.one(sql, client_id, room["meetingId"])


def knock(world: Sandbox, room: Json, client_id: str) -> None:
    """Ask to be let in; asking twice tells twice, as the vendor does."""
    sql = "update video_client set state = 'knocking' where id = ? and state <> 'in'"
    if world.store.run(sql, client_id):
        emit(world, room, "room.client.knocked", client_of(world, room, client_id))


def admit(world: Sandbox, room: Json, client_id: str) -> bool:
    """Let in who knocks. False when nobody does or the room is full."""
    if count_in(world, room["meetingId"]) >= MOST_IN_NORMAL:
        return False
    sql = (
        "update video_client set state = 'in', role = 'granted_visitor'"
        " where id = ? and meeting_id = ? and state = 'knocking'"
    )
    if not world.store.run(sql, client_id, room["meetingId"]):
        return False
    _joined(world, room, client_id)
    return True


def _joined(world: Sandbox, room: Json, client_id: str) -> None:
    emit(world, room, "room.client.joined", client_of(world, room, client_id))
    if count_in(world, room["meetingId"]) == 2:
        emit(world, room, "room.session.started", None)


def leave(world: Sandbox, room: Json, client_id: str) -> None:
    """Somebody's page is closed or silent."""
    client = client_of(world, room, client_id)
    if client is None:
        return
    world.store.run("delete from video_client where id = ?", client_id)
    if client["state"] == "knocking":
        emit(world, room, "room.client.knockCancelled", client)
    if client["state"] != "in":
        return
    emit(world, room, "room.client.left", client)
    if count_in(world, room["meetingId"]) == 1:
        emit(world, room, "room.session.ended", None)


def touch(world: Sandbox, client_id: str) -> None:
    """This page still speaks."""
    world.store.run("update video_client set seen = ? where id = ?", time.time(), client_id)


def sweep_rooms(world: Sandbox) -> None:
    """Who fell silent has left; a room long past its end is removed."""
    sql = "select id, meeting_id from video_client where seen < ?"
    for row in world.store.all(sql, time.time() - SILENT):
        room = find_room(world, meeting_id=row["meeting_id"])
        if room is not None:
            leave(world, room, row["id"])
    until = world.clock.timestamp() - KEPT_AFTER_END.total_seconds()
    for row in world.store.all("select id from video_room where ends < ?", until):
        delete_room(world, row["id"])
