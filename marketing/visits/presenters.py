"""Visit types and open times in the words of the public site."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from marketing.facts.practice import Facts, VisitFacts, facts
from shared.booking.errors import OpenTime
from shared.booking.zones import local_day, zone
from shared.web.formats import clock_time, money, when, without_year, zone_name
from shared.web.i18n import gettext, ngettext
from shared.web.states import state_names

DAYS_SHOWN = 2
TIMES_A_DAY = 6


@dataclass(frozen=True)
class Offer:
    """A visit type for a reader."""

    slug: str
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
    """The next openings of one visit, in the practice's zone; not `live` when nobody answered."""

    offer: Offer
    days: list[OpenDay]
    zone: str
    live: bool = True

    @property
    def first(self) -> str:
        """The very next one, in words; "" when there is none."""
        return self.days[0].openings[0].spoken if self.days else ""


def booking_address(known: Facts, slug: str, origin: str, **query: str) -> str:
    """The page of open times, and the page of ours that led there."""
    return known.portal(f"/portal/book/{slug}?{urlencode({**query, 'from': origin})}")


def present_offer(visit: VisitFacts, origin: str) -> Offer:
    """A visit type in words; `origin` is the page that shows it."""
    modalities = {
        "video": gettext("By secure video"),
        "phone": gettext("By phone"),
        "in_person": gettext("In our rooms"),
    }
    return Offer(
        slug=visit.slug,
        name=visit.name,
        summary=visit.summary,
        price=money(visit.price_minor, visit.currency),
        minutes=visit.minutes,
        modality=modalities[visit.modality],
        states=state_names(sorted(visit.states)),
        cancelling=ngettext(
            "All money back until %(num)d hour before",
            "All money back until %(num)d hours before",
            visit.cancel_window_hours,
        ),
        href=f"/visits/{visit.slug}",
        booking_href=booking_address(facts(), visit.slug, origin),
    )


def present_times(visit: VisitFacts, times: Sequence[OpenTime] | None, origin: str) -> OpenTimes:
    """The first few openings of the first few days; None: the calendar could not be asked."""
    known = facts()
    zone_id = known.practice.time_zone
    where = zone(zone_id)
    days = groupby(times or (), key=lambda each: local_day(each.starts_at, where))
    shown = [
        _present_day(known, visit, day, list(found)[:TIMES_A_DAY], origin)
        for (day, found), _ in zip(days, range(DAYS_SHOWN), strict=False)
    ]
    offer = present_offer(visit, origin)
    return OpenTimes(offer, shown, zone_name(zone_id), live=times is not None)


def _present_day(
    known: Facts, visit: VisitFacts, day: date, times: list[OpenTime], origin: str
) -> OpenDay:
    zone_id = known.practice.time_zone
    href = booking_address(known, visit.slug, origin, day=day.isoformat())
    return OpenDay(
        without_year(day),
        [
            Opening(clock_time(each.starts_at, zone_id), when(each.starts_at, zone_id), href)
            for each in times
        ],
    )
