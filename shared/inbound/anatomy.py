"""A notification's bones for a person's eyes: its fields and ids, never what they say of anybody.

Whoever hands a dead letter back needs to see what it is about, not who: identifiers, kinds,
numbers of bytes and moments are shown, every other text is only measured.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

# Stripe's ids, SES's message ids, UUIDs: opaque by construction.
_ID = re.compile(
    r"(?:evt|cs_test|cs_live|pi|re|ch|req|cus|pm)_[A-Za-z0-9]{6,}"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|[0-9a-f]{16}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}-[0-9]{6}"
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)")
# Words of the vendors' own closed vocabularies, by the field they stand in.
_VOCABULARY = frozenset(
    {
        *("object", "type", "status", "payment_status", "currency", "mode", "api_version"),
        *("eventType", "notificationType", "bounceType", "bounceSubType", "delayType"),
        *("complaintFeedbackType", "failure_reason", "reason"),
    }
)
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,60}")
# Names of fields are the vendor's, but a map may be keyed by what a person typed.
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,40}")
MOST_LINES = 120
DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Bone:
    """One field: its path, what kind of value it is, and the value where it names nobody."""

    path: str
    kind: str
    shown: str | None = None


def anatomy(body: str) -> list[Bone]:
    """The bones of a notification, at most MOST_LINES; one line for a body that is no JSON."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return [Bone("", f"text of {len(body)} characters")]
    bones: list[Bone] = []
    for bone in _bones(read, "", "", 0):
        if len(bones) == MOST_LINES:
            break
        bones.append(bone)
    return bones


def _bones(value: object, path: str, field: str, depth: int) -> Iterator[Bone]:
    if depth > DEEPEST:
        yield Bone(path, "more")
    elif isinstance(value, dict):
        for name, inner in value.items():
            known = name if _FIELD.fullmatch(name) else "?"
            yield from _bones(inner, f"{path}.{known}" if path else known, known, depth + 1)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _bones(inner, f"{path}[{number}]", field, depth + 1)
    else:
        yield _bone(value, path, field)


def _bone(value: object, path: str, field: str) -> Bone:
    if value is None:
        return Bone(path, "nothing")
    if isinstance(value, bool):
        return Bone(path, "yes or no", str(value).lower())
    if isinstance(value, int | float):
        return Bone(path, "number", str(value))
    text = str(value)
    if _ID.fullmatch(text):
        return Bone(path, "id", text)
    if _MOMENT.fullmatch(text):
        return Bone(path, "moment", text)
    if field in _VOCABULARY and _CODE.fullmatch(text):
        return Bone(path, "code", text)
    return Bone(path, f"text of {len(text)} characters")
