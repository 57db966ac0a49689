"""What Whereby's API accepts for a room, by its published fields; anything else is refused.

https://docs.whereby.com/reference/whereby-rest-api-reference/meetings
"""

import re
from datetime import UTC, datetime
from typing import Any

PREFIX = re.compile(r"[a-z0-9-]{1,39}")
CHOICES = {
    "roomMode": ("normal", "group"),
    "roomNamePattern": ("uuid", "human-short"),
    "templateType": ("viewerMode",),
}
TRIGGERS = ("none", "prompt", "automatic", "automatic-2nd-participant")
TRANSCRIPTION_TRIGGERS = ("none", "manual", "automatic", "automatic-2nd-participant")
STREAMING_TRIGGERS = ("none", "prompt", "automatic")
RECORDINGS = ("none", "local", "cloud")
FIELDS = ("hostRoomUrl", "viewerRoomUrl")
KNOWN = {
    *("endDate", "startDate", "isLocked", "roomNamePrefix", "recording", "liveTranscription"),
    *("streaming", "roomPreferences", "fields", *CHOICES),
}


class WherebyError(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def check_meeting(wanted: object, now: datetime) -> dict[str, Any]:
    """The room as wished for. Raises WherebyError 400."""
    if not isinstance(wanted, dict):
        raise _bad("the body is not a JSON object")
    unknown = set(wanted) - KNOWN
    if unknown:
        raise _bad(f"unknown property {min(unknown)}")
    for name, choices in CHOICES.items():
        _check_choice(wanted, name, choices)
    _check_end(wanted.get("endDate"), now)
    _check_prefix(wanted.get("roomNamePrefix"))
    _check_flag(wanted, "isLocked")
    _check_recording(wanted.get("recording"))
    _check_trigger(wanted, "liveTranscription", TRANSCRIPTION_TRIGGERS)
    _check_trigger(wanted, "streaming", STREAMING_TRIGGERS)
    _check_preferences(wanted.get("roomPreferences", {}))
    for field in wanted.get("fields", []):
        if field not in FIELDS:
            raise _bad(f"fields: {field!r} is not one of {', '.join(FIELDS)}")
    return wanted


def read_time(text: object) -> datetime:
    """A date-time; without an offset it is UTC. Raises WherebyError 400."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise _bad("endDate must be a date-time") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _bad(message: str) -> WherebyError:
    return WherebyError(400, message)


def _check_choice(wanted: dict[str, Any], name: str, choices: tuple[str, ...]) -> None:
    if name in wanted and wanted[name] not in choices:
        raise _bad(f"{name} must be one of {', '.join(choices)}")


def _check_flag(wanted: dict[str, Any], name: str) -> None:
    if name in wanted and not isinstance(wanted[name], bool):
        raise _bad(f"{name} must be true or false")


def _check_end(text: object, now: datetime) -> None:
    if read_time(text) < now:
        raise _bad("endDate must be in the future")


def _check_prefix(prefix: object) -> None:
    if prefix is not None and not (isinstance(prefix, str) and PREFIX.fullmatch(prefix)):
        raise _bad("roomNamePrefix must be 1 to 39 of a-z, 0-9 and -")


def _check_recording(recording: object) -> None:
    if recording is None:
        return
    if not isinstance(recording, dict) or set(recording) != {"type", "destination", "startTrigger"}:
        raise _bad("recording needs type, destination and startTrigger")
    _check_choice(recording, "type", RECORDINGS)
    _check_choice(recording, "startTrigger", TRIGGERS)


def _check_trigger(wanted: dict[str, Any], name: str, choices: tuple[str, ...]) -> None:
    part = wanted.get(name)
    if part is None:
        return
    if not isinstance(part, dict):
        raise _bad(f"{name} must be an object")
    _check_choice(part, "startTrigger", choices)


def _check_preferences(preferences: object) -> None:
    if not isinstance(preferences, dict) or set(preferences) - {"streaming", "roomIntegrations"}:
        raise _bad("roomPreferences knows streaming and roomIntegrations")
    for name in preferences:
        _check_flag(preferences, name)
