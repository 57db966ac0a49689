"""Whereby's notices about rooms: hints about who is there."""

import json
from uuid import UUID

from shared import clock
from shared.adapters.signature import SignatureRefused, verify
from shared.adapters.video.reading import parse_room_event
from shared.adapters.video.values import RoomEvent
from shared.config import Settings
from shared.inbound.errors import NotificationRefused
from shared.inbound.storing import store
from shared.practices.listing import list_practice_ids
from shared.visits.hearing import USED
from shared.visits.rooms import practice_prefix

SOURCE = "whereby"


def receive(raw: bytes, *, signature: str, settings: Settings, practice_id: UUID) -> None:
    """Verify and store one notice. Raises NotificationRefused."""
    secrets = [part.strip() for part in settings.whereby_webhook_secret.split(",") if part.strip()]
    try:
        verify(raw, signature, secrets=secrets, at=clock.now())
        body = raw.decode()
        event = parse_room_event(json.loads(body))
    except SignatureRefused as error:
        raise NotificationRefused(str(error)) from error
    except (ValueError, RecursionError) as error:
        raise NotificationRefused("not an event") from error
    store(
        source=SOURCE,
        vendor_event_id=event.id,
        kind=event.type[:80],
        body=body,
        practice_id=practice_id,
        meant_for=_practice_of(event),
    )


def read(body: str) -> RoomEvent:
    """A stored notice."""
    return parse_room_event(json.loads(body))


def is_used(event: RoomEvent) -> bool:
    """Whether the notice says who is there; the others are kept and ignored."""
    return event.type in USED


def _practice_of(event: RoomEvent) -> UUID | None:
    """One organisation at the vendor serves every practice: the room's name says whose it is."""
    name = event.room_name.lstrip("/")
    return next((one for one in list_practice_ids() if name.startswith(practice_prefix(one))), None)
