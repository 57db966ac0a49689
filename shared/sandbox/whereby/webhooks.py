"""What Whereby tells about a room: signed over the raw bytes, tried three times in all.

https://docs.whereby.com/whereby-101/create-your-video-experience/webhooks
"""

import hashlib
import hmac
import json
import uuid
from collections import Counter
from collections.abc import Mapping
from typing import Any

from shared.sandbox.delivery import Letter
from shared.sandbox.settings import Target
from shared.sandbox.store import Row, unpack
from shared.sandbox.world import Sandbox

KIND = "whereby"


def sign_whereby(body: bytes, target: Target, moment: int) -> Mapping[str, str]:
    """Whereby-Signature: HMAC-SHA256 over `t.body` under the endpoint's secret."""
    signed = f"{moment}.".encode() + body
    digest = hmac.new(target.secret.encode(), signed, hashlib.sha256).hexdigest()
    return {"Whereby-Signature": f"t={moment},v1={digest}"}


def session_id(room_name: str) -> str:
    """A room of ours serves one visit, so its sessions share one id."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, room_name))


def emit(world: Sandbox, room: dict[str, Any], kind: str, client: Row | None) -> None:
    """Keep what happened for the insights and queue a letter for each endpoint."""
    data: dict[str, Any] = {
        "meetingId": room["meetingId"],
        "roomName": room["roomName"],
        "subdomain": "sandbox",
    }
    if client is not None:
        data |= _about(world, room, client, kind)
    event_id = hashlib.sha256(uuid.uuid4().bytes).hexdigest()
    event = {
        "id": event_id,
        "apiVersion": "1.0",
        "createdAt": world.clock.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "type": kind,
        "data": data,
    }
    world.store.run(
        "insert into video_event (room_name, at, kind, client_id, who) values (?, ?, ?, ?, ?)",
        room["roomName"],
        world.clock.timestamp(),
        kind,
        client["id"] if client is not None else "",
        client["who"] if client is not None else "{}",
    )
    for target in world.settings.webhooks.get(KIND, ()):
        headers = {"Content-Type": "application/json"}
        body = json.dumps(event).encode()
        world.postman.post(Letter(KIND, kind, event_id, target, headers, body))


def _about(world: Sandbox, room: dict[str, Any], client: Row, kind: str) -> dict[str, Any]:
    who = unpack(client["who"])
    told: dict[str, Any] = {
        # The dashboard's privacy switch, which the product asks its operators to turn on.
        "displayName": "[[redacted]]",
        "roomSessionId": session_id(room["roomName"]),
        "participantId": client["id"],
        "metadata": who.get("metadata", ""),
        "externalId": who.get("externalId", ""),
    }
    if kind in {"room.client.joined", "room.client.left"}:
        sql = "select role from video_client where meeting_id = ? and state = 'in'"
        roles = Counter(row["role"] for row in world.store.all(sql, room["meetingId"]))
        told |= {
            "roleName": client["role"],
            "numClients": roles.total(),
            "numClientsByRoleName": dict(roles),
            "isDialIn": False,
        }
    return told
