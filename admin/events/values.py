"""What stands in a row, for a person: no codes, no ids, no moments as machines write them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from admin.events.words import noun_words
from shared.web.formats import day, money, when, zone_name
from shared.web.states import state_name

# What a row is found by, and what only machines compare: no news for anybody.
LEFT_OUT = frozenset(
    {"id", "practice_id", "name_key", "preferred_key", "turn_1", "turn_2", "turn_3", "turn_4"}
)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d(:?\d\d)?|Z)?")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
RANGE = re.compile(r'[\[(]"?([^",]+)"?,"?([^",)\]]+)"?[)\]]')
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Fields that name a row of another table than their own name says.
REFERS = {
    "about_id": None,
    "by_id": "account",
    "cancelled_by": "account",
    "ended_by": "account",
    "granted_by": "account",
    "invited_by": "account",
    "reviewed_by": "account",
}


@dataclass(frozen=True, slots=True)
class Value:
    """A value as read; `url` leads to the record it names."""

    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after."""

    label: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record as it was."""

    label: str
    value: Value


NOTHING = "\N{EN DASH}"


def read_changes(
    old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, zone: str
) -> list[FieldChange]:
    """What differs between two images, by the fields' names."""
    before, after = old or {}, new or {}
    return [
        FieldChange(
            label(name),
            read_value(name, before.get(name), before, zone, absent=old is None),
            _after(name, before.get(name), after, zone, gone=new is None),
        )
        for name in sorted({*after, *before})
        if is_told(name) and before.get(name) != after.get(name)
    ]


def read_image(image: Mapping[str, Any], zone: str) -> list[Field]:
    """Every field of one image that says anything to a person."""
    return [
        Field(label(name), read_value(name, value, image, zone))
        for name, value in sorted(image.items())
        if is_told(name)
    ]


def _after(name: str, before: Any, image: Mapping[str, Any], zone: str, *, gone: bool) -> Value:
    """The later value; of an encrypted field only that it is another one."""
    value = image.get(name)
    if name.endswith("_ct") and before is not None and value is not None:
        return Value(_("changed (encrypted)"))
    return read_value(name, value, image, zone, absent=gone)


def is_told(name: str) -> bool:
    """False for keys, and for the blind index that changes with its encrypted field."""
    return name not in LEFT_OUT and not name.endswith("_bidx")


def label(name: str) -> str:
    """ "given_name" -> "Given name"; an encrypted field goes by the name of what it holds."""
    for suffix in ("_ct", "_id", "_minor"):
        name = name.removesuffix(suffix)
    return name.replace("_", " ").capitalize()


def read_value(
    name: str, value: Any, image: Mapping[str, Any], zone: str, *, absent: bool = False
) -> Value:
    """One value in words."""
    if absent or value is None:
        return Value(NOTHING)
    if name.endswith("_ct"):
        return Value(_("encrypted"))
    if isinstance(value, bool):
        return Value(_("yes") if value else _("no"))
    if name.endswith("_minor") and isinstance(value, int):
        return Value(money(value, str(image.get("currency") or "usd")))
    if isinstance(value, str):
        return _read_text(name, value, zone)
    if name == "states" and isinstance(value, list):
        return Value(", ".join(map(state_name, value)) or NOTHING)
    return Value(_plain(value, zone))


def _read_text(name: str, text: str, zone: str) -> Value:
    if text.startswith("\\x"):
        return Value(_("not shown"))
    if name.endswith("state"):
        return Value(state_name(text) or NOTHING)
    if name.endswith("time_zone"):
        return Value(zone_name(text) if text else NOTHING)
    if ID.fullmatch(text):
        return _read_id(name, UUID(text))
    if found := RANGE.fullmatch(text):
        return Value(
            _("%(start)s to %(end)s", start=_time(found[1], zone), end=_time(found[2], zone))
        )
    return Value(_time(text, zone))


def _read_id(name: str, row_id: UUID) -> Value:
    table = REFERS.get(name, name.removesuffix("_id") if name.endswith("_id") else None)
    if table is None:
        return Value(_("another record"))
    url = url_for("admin.events_record", target_type=table, target_id=row_id)
    return Value(_("this %(record)s", record=noun_words(table).lower()), url)


def _time(text: str, zone: str) -> str:
    if MOMENT.fullmatch(text):
        at = datetime.fromisoformat(text)
        # A wall-clock time is what the patient's clock showed; it carries no zone to convert from.
        return when(at, zone) if at.tzinfo else f"{day(at)} {at:%H:%M}"
    if DAY.fullmatch(text):
        return day(date.fromisoformat(text), weekday=False)
    return text or NOTHING


def _plain(value: Any, zone: str) -> str:
    """Lists and objects as one line."""
    if isinstance(value, Mapping):
        parts = [f"{label(str(key))}: {_plain(one, zone)}" for key, one in value.items()]
        return "; ".join(parts) or NOTHING
    if isinstance(value, list):
        return ", ".join(_plain(one, zone) for one in value) or NOTHING
    if isinstance(value, str):
        return _("another record") if ID.fullmatch(value) else _time(value, zone)
    return NOTHING if value is None else str(value)
