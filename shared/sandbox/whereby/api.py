"""Whereby's REST API: make, find, read and delete rooms, and who was in them.

https://docs.whereby.com/reference/whereby-rest-api-reference. Calls cost points of a minute's
budget; a call without the key, beyond the budget or about nothing is answered as the vendor does.
"""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Final

from flask import Blueprint, Response, request

from shared.sandbox.faults import Fault, take_fault
from shared.sandbox.store import unpack
from shared.sandbox.whereby import rooms
from shared.sandbox.whereby.checking import WherebyError, check_meeting
from shared.sandbox.whereby.webhooks import session_id
from shared.sandbox.wire import reset_connection
from shared.sandbox.world import note_call, sandbox

whereby_api = Blueprint("whereby_api", __name__, url_prefix="/whereby/v1")
API_KEY: Final = "whereby_sandbox"
MOST_LISTED: Final = 100
Json = dict[str, Any]


def call(name: str) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """A call of the API: the key is asked for, faults are obeyed, the call is noted."""

    def wrap(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def run(**values: str) -> Response:
            world = sandbox()
            fault = take_fault(world.store, "whereby")
            try:
                answer = _spoiled(fault) or _checked(view, values)
            except WherebyError as error:
                answer = told({"error": error.message}, error.status)
            note_call(world, "whereby", name, answer.status_code, values.get("meeting_id", ""))
            if fault and fault.mode == "reset" and fault.value == "after":
                reset_connection(request.environ)
            return answer

        return run

    return wrap


def _checked(view: Callable[..., Response], values: dict[str, str]) -> Response:
    if request.headers.get("Authorization", "") != f"Bearer {API_KEY}":
        raise WherebyError(401, "Unauthorized")
    return view(**values)


def _spoiled(fault: Fault | None) -> Response | None:
    if fault is None:
        return None
    if fault.mode == "status":
        status = int(fault.number(500))
        limited = status == 429
        body = {"error": "pretended"} | ({"data": {"msLeft": 1000}} if limited else {})
        answer = told(body, status)
        if limited:
            answer.headers["Retry-After"] = "1"
        return answer
    if fault.mode == "garbage":
        return Response(b"<html>\x00not what you asked for", 200, content_type="text/html")
    if fault.mode == "reset" and fault.value != "after":
        reset_connection(request.environ)
    if fault.mode == "delay":
        time.sleep(fault.number(5))
    return None


def told(body: object, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(json.dumps(body), status, content_type="application/json")


def _fields() -> list[str]:
    return [part for part in request.args.get("fields", "").split(",") if part]


@whereby_api.post("/meetings")
@call("POST /meetings")
def meetings_create() -> Response:
    world = sandbox()
    wanted = check_meeting(request.get_json(silent=True), world.clock.now())
    return told(rooms.show(rooms.create_room(world, wanted), wanted.get("fields", [])), 201)


@whereby_api.get("/meetings")
@call("GET /meetings")
def meetings_index() -> Response:
    """A page of rooms, by the beginning of their name."""
    try:
        limit = min(int(request.args.get("limit", "50")), MOST_LISTED)
    except ValueError as error:
        raise WherebyError(400, "limit must be a number") from error
    prefix = request.args.get("roomName[startsWith]", "")
    found = rooms.list_rooms(sandbox(), prefix, request.args.get("cursor", ""), limit + 1)
    more = len(found) > limit
    cursor = found[limit - 1]["meetingId"] if more else None
    listed = [rooms.show(room, _fields()) for room in found[:limit]]
    return told({"results": listed, "cursor": cursor})


@whereby_api.get("/meetings/<meeting_id>")
@call("GET /meetings/{meetingId}")
def meetings_show(meeting_id: str) -> Response:
    room = rooms.find_room(sandbox(), meeting_id=meeting_id)
    if room is None:
        raise WherebyError(404, "Not found")
    return told(rooms.show(room, _fields()))


@whereby_api.delete("/meetings/<meeting_id>")
@call("DELETE /meetings/{meetingId}")
def meetings_destroy(meeting_id: str) -> Response:
    """Gone, or gone already: both are 204."""
    rooms.delete_room(sandbox(), meeting_id)
    return Response(status=204)


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


@whereby_api.get("/insights/room-sessions")
@call("GET /insights/room-sessions")
def room_sessions_index() -> Response:
    """When people were together in a room, for somebody who missed the webhooks."""
    sql = "select * from video_event where room_name = ? and kind like 'room.session.%' order by id"
    found: list[Json] = []
    for row in sandbox().store.all(sql, request.args.get("roomName", "")):
        if row["kind"].endswith("started"):
            session = {"roomSessionId": session_id(row["room_name"]), "endedAt": None}
            found.append(session | {"startedAt": _iso(row["at"])})
        elif found:
            found[-1]["endedAt"] = _iso(row["at"])
    return told({"results": found, "cursor": None})


@whereby_api.get("/insights/participants")
@call("GET /insights/participants")
def participants_index() -> Response:
    """Who was in a session and when."""
    wanted = request.args.get("roomSessionId", "")
    people: dict[str, Json] = {}
    for row in sandbox().store.all("select * from video_event where client_id <> '' order by id"):
        if session_id(row["room_name"]) != wanted:
            continue
        if row["kind"] == "room.client.joined":
            who = unpack(row["who"])
            people[row["client_id"]] = {
                "participantId": row["client_id"],
                "externalId": who.get("externalId", ""),
                "startedAt": _iso(row["at"]),
                "endedAt": None,
            }
        elif row["kind"] == "room.client.left" and row["client_id"] in people:
            people[row["client_id"]]["endedAt"] = _iso(row["at"])
    return told({"results": list(people.values()), "cursor": None})
