"""The one way a page of ours frames a video room: its address, and the policy for that answer.

Both faces call `frame_room`; no other page may name a foreign origin. `frame-src` and `allow` bind
in every browser, `Permissions-Policy` in Chromium only, so all three are said.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from flask import request

from shared.web.current import settings
from shared.web.security import allow_features, extend_policy

# What a call needs; each is handed to the room's origin and to nobody else.
FEATURES = (
    "autoplay",
    "camera",
    "display-capture",
    "fullscreen",
    "microphone",
    "screen-wake-lock",
    "speaker-selection",
)
# What our own page of the device check needs.
CHECK_FEATURES = ("autoplay", "camera", "microphone", "speaker-selection")
LONGEST_NAME = 100
# The vendor asks again for a name with these.
_REFUSED = re.compile(r"[$!<>:;]")
# Ours is the header, the chat, the people and the check before: the room is the call alone.
QUIET = {
    "background": "off",
    "breakout": "off",
    "chat": "off",
    "chatDownload": "off",
    "emptyRoomInvitation": "off",
    "help": "off",
    "lang": "en",
    "locking": "off",
    "logo": "off",
    "moreButton": "off",
    "people": "off",
    "precallReview": "off",
    "reactions": "off",
    "recording": "off",
    "roomIntegrations": "off",
}


class ForeignRoom(Exception):
    """A room that is not under the installation's own address is never framed."""


@dataclass(frozen=True, slots=True)
class RoomFrame:
    """What `ui.call` needs of a room."""

    src: str
    origin: str
    allow: str


def frame_room(url: str, *, name: str, external_id: str, **options: str) -> RoomFrame:
    """The frame of a room for this answer, whose policy it widens for that origin alone.

    `name` is what the others in the room read: never a patient's. `external_id` comes back with
    the vendor's notices: the visit's id for the patient, empty for anybody else. `options` are
    the vendor's parameters, such as lowData="on". Raises ForeignRoom.
    """
    origin = settings().whereby_origin
    parts = urlsplit(url)
    if not origin or f"{parts.scheme}://{parts.netloc}" != origin:
        raise ForeignRoom
    asked = {**QUIET, "displayName": _REFUSED.sub("", name)[:LONGEST_NAME], **options}
    if external_id:
        asked["externalId"] = external_id
    extend_policy(frame_src=origin)
    allow_features(*FEATURES, origin=origin)
    joined = "&" if parts.query else "?"
    allow = "; ".join(f"{feature} {origin}" for feature in FEATURES)
    return RoomFrame(f"{url}{joined}{urlencode(asked)}", origin, allow)


def allow_check() -> None:
    """Let this answer's page open camera and microphone itself, for trying them."""
    allow_features(*CHECK_FEATURES)


def page_of_beat() -> UUID | None:
    """Which open page this beat of `ui.call` comes from; None for anything else."""
    try:
        return UUID(request.form.get("page", ""))
    except ValueError:
        return None
