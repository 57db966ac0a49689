"""Looks by day, the same look many times told once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from portal.looks.words import purpose_words, what_words, who_words, why_words
from shared.access.looks import OwnLook
from shared.web.formats import clock_time, day


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody, what they looked at and why; `when` says how often."""

    who: str
    what: str
    why: str
    when: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the reader's zone."""

    id: str
    title: str
    lines: list[Line]


def present(looks: Iterable[OwnLook], zone: str) -> list[Day]:
    """Newest day first."""
    place = ZoneInfo(zone)
    return [
        Day(on.isoformat(), day(on), _lines(list(group), zone))
        for on, group in groupby(looks, key=lambda each: each.at.astimezone(place).date())
    ]


def _lines(looks: list[OwnLook], zone: str) -> list[Line]:
    alike: dict[tuple[str, str, str], list[datetime]] = {}
    for each in looks:
        purpose = purpose_words(each.reason, each.template)
        who = who_words(each.name, each.actor_kind, purpose)
        told = (who, what_words(each.action), why_words(each.reason, each.actor_kind))
        alike.setdefault(told, []).append(each.at)
    return [Line(*told, when=_when(times, zone)) for told, times in alike.items()]


def _when(times: list[datetime], zone: str) -> str:
    last = clock_time(times[0], zone)
    if len(times) == 1:
        return last
    return str(_("%(count)s times, last at %(time)s", count=len(times), time=last))
