"""A sample of every mail, for eyes: invented words on a practice's own letterhead."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from shared.messaging.catalogue import CATALOGUE, find_template
from shared.messaging.letterhead import Letterhead
from shared.messaging.say import Message, say

WORDS = {
    "first_name": "Rosa",
    "starts_at": datetime(2027, 1, 4, 14, 30, tzinfo=UTC).isoformat(),
    "time_zone": "America/New_York",
    "until": datetime(2027, 1, 3, 14, 30, tzinfo=UTC).isoformat(),
    "code": "48219037",
    "minutes": 10,
    "days": 7,
}


def sample_names() -> list[str]:
    """The mails there are."""
    return sorted(CATALOGUE)


def sample_message(name: str, letterhead: Letterhead) -> Message:
    """One mail with invented words. Raises UnknownTemplate."""
    template = find_template(name)
    origins = {"portal": "https://portal.example", "admin": "https://admin.example"}
    words = WORDS | {"link": f"/{template.face}/"}
    allowed = template.needs | template.may_have
    return say(
        name,
        {key: value for key, value in words.items() if key in allowed},
        letterhead=replace(letterhead, origins=origins | dict(letterhead.origins)),
    )
