"""The one way a room is ever made: what HIPAA needs, said in code and sent with every call.

What is left out of a call is taken from the vendor's dashboard, where anybody with a login may
change it, so nothing is left out. `normal` rooms carry media from browser to browser, encrypted end
to end; in `group` rooms the vendor's server sees them. Rooms are locked: nobody enters whom the
practitioner did not let in. Source: https://docs.whereby.com/whereby-101/create-your-video-experience
(HIPAA), 45 CFR 164.312(e).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

LONGEST_PREFIX: Final = 39
HIPAA: Final[Mapping[str, Any]] = {
    "isLocked": True,
    "roomMode": "normal",
    "roomNamePattern": "uuid",
    "recording": {"type": "none", "destination": None, "startTrigger": "none"},
    "liveTranscription": {"startTrigger": "none"},
    "streaming": {"startTrigger": "none"},
    "roomPreferences": {"streaming": False, "roomIntegrations": False},
    "fields": ["hostRoomUrl"],
}


def room_request(*, prefix: str, ends_at: datetime) -> dict[str, Any]:
    """The body that makes one room. `prefix` is opaque: it says nothing about anybody.

    Raises ValueError when the prefix is longer than the vendor takes, or `ends_at` has no zone.
    """
    if not 0 < len(prefix) <= LONGEST_PREFIX:
        raise ValueError("a room's prefix has 1 to 39 characters")
    if ends_at.tzinfo is None:
        raise ValueError("a room ends at a time with a zone")
    until = ends_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {**HIPAA, "endDate": until, "roomNamePrefix": prefix}
