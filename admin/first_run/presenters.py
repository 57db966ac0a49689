"""The list in groups: green with its proof, signed with its reason, or red with its step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from flask import current_app, url_for

from shared.preflight import Stand
from shared.web.formats import day, when
from shared.web.ground_words import GROUPS, WORDS, state_words
from shared.web.i18n import gettext as _

# Where a point is mended; a place that is a list of several takes the first that exists.
PLACES: dict[str, tuple[str, dict[str, str]]] = {
    "passkeys": ("admin.security_index", {}),
    "owners": ("admin.staff_index", {}),
    "escalation_phone": ("admin.practice_edit", {}),
    "hours": ("admin.hours_index", {}),
    "visit_types": ("admin.visit_types_index", {}),
    "licences": ("admin.staff_index", {}),
    "crisis_contacts": ("admin.practice_edit", {}),
    "rehearsal_visit": ("admin.schedule_index", {}),
    "sender": ("admin.settings_show", {"kind": "senders"}),
    "test_mail": ("admin.settings_show", {"kind": "senders"}),
    "warm_up": ("admin.warmups_show", {}),
    "toll_free": ("admin.toll_free_show", {}),
    "payments": ("admin.settings_show", {"kind": "payments"}),
    "vendors": ("admin.vendors_index", {}),
    "chain": ("admin.events_index", {}),
    "archive": ("admin.events_index", {}),
    "downtime_sheet": ("admin.sheets_index", {}),
}
TONES = {"green": "good", "signed": "warn", "red": "bad"}


@dataclass(frozen=True, slots=True)
class Signature:
    """Who answers for a point, with what reason, until when."""

    who: str
    reason: str
    signed: str
    until: str


@dataclass(frozen=True, slots=True)
class Point:
    """One line. `state` is green, signed or red; `badge` says so in a word."""

    name: str
    title: str
    state: str
    badge: str
    tone: str
    found: str
    why: str
    step: str | None
    href: str | None
    may_sign: bool
    signature: Signature | None
    checked: str | None


def present(
    stands: Sequence[Stand], names: Mapping[UUID, str], zone: str
) -> list[tuple[str, list[Point]]]:
    """The points in groups, in the order in which one does them."""
    return [
        (str(GROUPS[group]), [present_point(stand, names, zone) for stand in found])
        for group, found in groupby(stands, key=lambda stand: stand.line.group)
    ]


def present_point(stand: Stand, names: Mapping[UUID, str], zone: str) -> Point:
    """One point for a person."""
    words = WORDS[stand.line.name]
    place = PLACES.get(stand.line.name)
    href = url_for(place[0], **place[1]) if place and _exists(place[0]) else None  # type: ignore[arg-type]  # str values
    badges = {"green": _("Green"), "signed": _("Signed for"), "red": _("Red")}
    return Point(
        name=stand.line.name,
        title=str(words.title),
        state=stand.state,
        badge=badges[stand.state],
        tone=TONES[stand.state],
        found=state_words(stand, zone),
        why=str(words.why),
        step=str(words.step) if words.step and href else None,
        href=href,
        may_sign=stand.line.may_explain and not stand.good and stand.state == "red",
        signature=_signature(stand, names, zone),
        checked=when(stand.checked_at, zone)
        if stand.checked_at and stand.line.found == "outside"
        else None,
    )


def _signature(stand: Stand, names: Mapping[UUID, str], zone: str) -> Signature | None:
    answer = stand.answer
    if answer is None or (stand.good and answer.kind == "explained"):
        return None
    return Signature(
        names.get(answer.signed_by, _("a former owner")),
        answer.reason,
        when(answer.signed_at, zone),
        _day(answer.expires_on),
    )


def _day(value: date) -> str:
    return day(value, weekday=False)


def _exists(endpoint: str) -> bool:
    return endpoint in current_app.view_functions
