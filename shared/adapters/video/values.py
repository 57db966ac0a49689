"""What the video vendor tells, as our values."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Room:
    """A room that exists. The addresses are secrets: whoever holds one may use it."""

    meeting_id: str
    name: str
    ends_at: datetime
    guest_url: str = field(repr=False)
    # Only told when it was asked for; nobody but the practitioner's own page may hold it.
    host_url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody was in a room, from when to when; `external_id` is the id we gave them."""

    external_id: str
    joined_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class RoomEvent:
    """One notification, reduced to what we use. `role` is empty for events about the session."""

    id: str
    type: str
    at: datetime
    meeting_id: str
    room_name: str
    external_id: str = ""
    role: str = ""
