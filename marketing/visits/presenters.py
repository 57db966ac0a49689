"""Visit types and open times in the words of the public site."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from shared.booking.errors import OpenTime
from shared.booking.zones import local_day, zone
from shared.web.formats import clock_time, money, when, without_year, zone_name
from shared.web.i18n import gettext, ngettext
from shared.web.states import state_names

if TYPE_CHECKING:
    from shared.models.visit_type import VisitType

DAYS_SHOWN = 2
TIMES_A_DAY = 6


@dataclass(frozen=True)
class Offer:
    """A visit type for a reader."""

    name: str
    summary: str
    price: str
    minutes: int
    modality: str
    states: str
    cancelling: str
    href: str
    booking_href: str


@dataclass(frozen=True)
class Opening:
    """One start that can be chosen."""

    label: str
    spoken: str
    href: str


@dataclass(frozen=True)
class OpenDay:
    """A day with its first openings."""

    label: str
    openings: list[Opening]


@dataclass(frozen=True)
class OpenTimes:
    """The next openings of one visit, in the practice's zone."""

    offer: Offer
    days: list[OpenDay]
    zone: str


def present_offer(visit_type: "VisitType") -> Offer:
    """A visit type in words."""
    modalities = {
        "video": gettext("By secure video"),
        "phone": gettext("By phone"),
        "in_person": gettext("In our rooms"),
    }
    return Offer(
        name=visit_type.name,
        summary=visit_type.summary,
        price=money(visit_type.price_minor, visit_type.currency),
        minutes=visit_type.length_minutes,
        modality=modalities[visit_type.modality],
        states=state_names(sorted(visit_type.states)),
        cancelling=ngettext(
            "All money back until %(num)d hour before",
            "All money back until %(num)d hours before",
            visit_type.cancel_window_hours,
        ),
        href=f"/visits/{visit_type.slug}",
        booking_href=f"/portal/book/{visit_type.slug}",
    )


def present_times(offer: Offer, times: Sequence[OpenTime], zone_id: str) -> OpenTimes:
    """The first few openings of the first few days."""
    where = zone(zone_id)
    days = groupby(times, key=lambda each: local_day(each.starts_at, where))
    shown = [
        _present_day(offer, day, list(found)[:TIMES_A_DAY], zone_id)
        for (day, found), _ in zip(days, range(DAYS_SHOWN), strict=False)
    ]
    return OpenTimes(offer, shown, zone_name(zone_id))


def _present_day(offer: Offer, day: date, times: list[OpenTime], zone_id: str) -> OpenDay:
    href = f"{offer.booking_href}?{urlencode({'day': day.isoformat()})}"
    return OpenDay(
        without_year(day),
        [
            Opening(clock_time(each.starts_at, zone_id), when(each.starts_at, zone_id), href)
            for each in times
        ],
    )
