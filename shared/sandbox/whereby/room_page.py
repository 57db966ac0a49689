"""The room itself, on the sandbox's own origin: a page with a real call between browsers.

It takes the vendor's URL parameters, speaks the vendor's postMessage events to the page around it
and carries offers and answers between the people inside; pictures and sound go from browser to
browser.
"""

import json
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from werkzeug.exceptions import BadRequest, NotFound

from shared.sandbox.store import Row, pack, unpack
from shared.sandbox.whereby import rooms
from shared.sandbox.world import sandbox

room_page = Blueprint("room_page", __name__, url_prefix="/video")
# The room may be framed by the practices on this machine and by nobody else.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; media-src blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors http://localhost:* http://*.localhost:* http://127.0.0.1:*"
)
CUT = "video.cut"
LONGEST_NAME = 100
REFUSED_IN_NAMES = set("$!<>:;")


def _room(name: str) -> rooms.Json:
    room = rooms.find_room(sandbox(), name=f"/{name}")
    if room is None:
        raise NotFound
    return room


def _client(room: rooms.Json, body: dict[str, Any]) -> Row:
    client = rooms.client_of(sandbox(), room, str(body.get("client", "")))
    if client is None:
        raise NotFound
    return client


def _body() -> dict[str, Any]:
    raw = request.get_json(silent=True)
    if not isinstance(raw, dict):
        raise BadRequest("a JSON object is expected")
    return raw


def _told(body: object, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


@room_page.get("/<name>")
def show(name: str) -> Response:
    """The page; a room that is gone says so."""
    room = rooms.find_room(sandbox(), name=f"/{name}")
    answer = Response(render_template("room.html", room=room, name=name), 200 if room else 404)
    answer.headers["Content-Security-Policy"] = CSP
    return answer


@room_page.post("/<name>/clients")
def clients_create(name: str) -> Response:
    """A page was opened by somebody: inside at once, or before a locked door."""
    room, wanted = _room(name), _body()
    shown = str(wanted.get("displayName") or "")
    unusable = len(shown) > LONGEST_NAME or REFUSED_IN_NAMES & set(shown)
    who = {
        "displayName": "Guest" if unusable else shown,
        "externalId": str(wanted.get("externalId") or ""),
        "metadata": str(wanted.get("metadata") or ""),
    }
    client = rooms.enter(sandbox(), room, key=str(wanted.get("roomKey") or ""), who=who)
    if client is None:
        return _told({"error": "full"}, 409)
    return _told({"client": client["id"], "state": client["state"], "role": client["role"]})


@room_page.post("/<name>/poll")
def poll(name: str) -> Response:
    """What is new for this page: its own state, who is here, who knocks, what they sent."""
    world, room, body = sandbox(), _room(name), _body()
    client = _client(room, body)
    if world.store.setting(CUT) == room["meetingId"]:
        abort(503)
    rooms.touch(world, client["id"])
    everybody = rooms.clients_of(world, room["meetingId"])
    inside = client["state"] == "in"
    return _told(
        {
            "state": client["state"],
            "others": [_shown(one) for one in everybody if inside and _other(one, client, "in")],
            "knocking": [
                _shown(one)
                for one in everybody
                if client["role"] == "host" and _other(one, client, "knocking")
            ],
            "signals": _signals(room, client, int(body.get("since") or 0)),
        }
    )


def _other(one: Row, client: Row, state: str) -> bool:
    return bool(one["state"] == state and one["id"] != client["id"])


def _shown(client: Row) -> dict[str, Any]:
    who = unpack(client["who"])
    return {"id": client["id"], "role": client["role"], **who}


def _signals(room: rooms.Json, client: Row, since: int) -> list[dict[str, Any]]:
    sql = (
        "select id, sender, body from video_signal"
        " where meeting_id = ? and recipient = ? and id > ? order by id"
    )
    return [
        {"id": row["id"], "sender": row["sender"], "body": unpack(row["body"])}
        for row in sandbox().store.all(sql, room["meetingId"], client["id"], since)
    ]


@room_page.post("/<name>/signals")
def signals_create(name: str) -> Response:
    """An offer, an answer or a way to reach somebody, from one inside to another inside."""
    room, body = _room(name), _body()
    client = _client(room, body)
    other = rooms.client_of(sandbox(), room, str(body.get("to", "")))
    if other is None or client["state"] != "in" or other["state"] != "in":
        raise NotFound
    sql = "insert into video_signal (meeting_id, sender, recipient, body) values (?, ?, ?, ?)"
    sandbox().store.run(sql, room["meetingId"], client["id"], other["id"], pack(body.get("body")))
    return _told({})


@room_page.post("/<name>/knocks")
def knocks_create(name: str) -> Response:
    """Somebody before the door asks to be let in."""
    room = _room(name)
    rooms.knock(sandbox(), room, _client(room, _body())["id"])
    return _told({})


@room_page.post("/<name>/admissions")
def admissions_create(name: str) -> Response:
    """The host lets somebody in."""
    room, body = _room(name), _body()
    if _client(room, body)["role"] != "host":
        abort(403)
    admitted = rooms.admit(sandbox(), room, str(body.get("who", "")))
    return _told({}, 200 if admitted else 409)


@room_page.post("/<name>/departures")
def departures_create(name: str) -> Response:
    """Somebody closes the page or presses Leave (sent as a beacon, so as text)."""
    room = rooms.find_room(sandbox(), name=f"/{name}")
    raw = request.get_json(silent=True, force=True)
    if room is not None and isinstance(raw, dict):
        rooms.leave(sandbox(), room, str(raw.get("client", "")))
    return _told({})
