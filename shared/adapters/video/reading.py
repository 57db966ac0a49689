"""Reads Whereby's notifications into our values, taking only what is used."""

from datetime import datetime

from shared.adapters.video.values import RoomEvent


def parse_room_event(event: object) -> RoomEvent:
    """Raises ValueError when it is not a notification of the vendor's about a room."""
    match event:
        case {
            "id": str(event_id),
            "type": str(kind),
            "createdAt": str(created),
            "data": {"meetingId": str(meeting_id), "roomName": str(room_name), **rest},
        }:
            at = datetime.fromisoformat(created)
            if at.tzinfo is None:
                raise ValueError("a time without a zone")
            return RoomEvent(
                id=event_id,
                type=kind,
                at=at,
                meeting_id=meeting_id,
                room_name=room_name,
                external_id=_text(rest.get("externalId")),
                role=_text(rest.get("roleName")),
            )
    raise ValueError("not an event about a room")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
