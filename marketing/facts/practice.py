"""The facts of one answer: live from the database, else as last known, else from the texts."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import current_app, g

from marketing.library.library import Library
from marketing.library.shelf import shelf
from shared.booking.offers import list_visit_types
from shared.practices.directory import PractitionerView, list_practitioners
from shared.practices.hosts import PracticeView, canonical_url
from shared.web.current import practice, settings
from shared.web.last_known import ask_live, last_known

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from shared.models.visit_type import VisitType

# The id of a practice that only its texts know.
NOT_KNOWN = UUID(int=0)
ADDRESSES_TRUSTED = 60.0  # seconds


@dataclass(frozen=True)
class VisitFacts:
    """What a kind of visit is and costs."""

    slug: str
    name: str
    summary: str
    minutes: int
    price_minor: int
    currency: str
    states: tuple[str, ...]
    modality: str
    cancel_window_hours: int


@dataclass(frozen=True)
class Facts:
    """Everything about the practice that a page may need."""

    practice: PracticeView
    visits: tuple[VisitFacts, ...]
    doctors: tuple[PractitionerView, ...]
    # Absolute addresses of the public site and of the portal, without a slash at the end.
    site_url: str
    portal_url: str
    live: bool

    @property
    def states(self) -> list[str]:
        """Codes of the states in which somebody may be seen."""
        return sorted({state for visit in self.visits for state in visit.states})

    def portal(self, path: str) -> str:
        """A page of the portal: a path where both faces share a host, else a whole address."""
        return path if self.portal_url == self.site_url else f"{self.portal_url}{path}"

    def absolute(self, path: str) -> str:
        """A page of this site, for machines and for sharing."""
        return f"{self.site_url}{path}"

    def find_visit(self, slug: str) -> VisitFacts | None:
        """The visit of that name."""
        return next((visit for visit in self.visits if visit.slug == slug), None)


def library() -> Library:
    """The texts of the practice that answers here."""
    return shelf().library(practice().slug)


def facts() -> Facts:
    """The facts for this request, found once."""
    if "facts" not in g:
        g.facts = _find_facts(practice())
    found: Facts = g.facts
    return found


def _find_facts(where: PracticeView) -> Facts:
    found = None if where.id == NOT_KNOWN else ask_live(partial(_ask, where.id))
    site_url, portal_url = _addresses(where)
    if found is None:
        visits, doctors = _remembered(where.slug)
        return Facts(where, visits, doctors, site_url, portal_url, live=False)
    rows, doctors = found
    # The calendar is asked with the rows themselves.
    g.visit_rows = {row.slug: row for row in rows}
    visits = tuple(_of_row(row) for row in rows)
    last_known().remember(
        f"offers-{where.slug}",
        {"visits": [asdict(each) for each in visits], "doctors": [asdict(d) for d in doctors]},
    )
    return Facts(where, visits, doctors, site_url, portal_url, live=True)


def _ask(
    practice_id: UUID, session: "Session"
) -> tuple[list["VisitType"], tuple[PractitionerView, ...]]:
    rows = list_visit_types(session, practice_id=practice_id)
    return rows, tuple(list_practitioners(session, practice_id=practice_id))


def _of_row(row: "VisitType") -> VisitFacts:
    return VisitFacts(
        row.slug,
        row.name,
        row.summary,
        row.length_minutes,
        row.price_minor,
        row.currency,
        tuple(row.states),
        row.modality,
        row.cancel_window_hours,
    )


def _remembered(slug: str) -> tuple[tuple[VisitFacts, ...], tuple[PractitionerView, ...]]:
    kept = last_known().recall(f"offers-{slug}")
    if kept is None:
        return _from_texts(shelf().library(slug)), ()
    visits = [
        VisitFacts(**{**_known(VisitFacts, each), "states": tuple(each["states"])})
        for each in kept["visits"]
    ]
    doctors = [PractitionerView(**_known(PractitionerView, each)) for each in kept["doctors"]]
    return tuple(visits), tuple(doctors)


def _known(kind: type[Any], kept: dict[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(kind)}
    return {name: value for name, value in kept.items() if name in names}


def _from_texts(texts: Library) -> tuple[VisitFacts, ...]:
    offers = [
        (entry.slug, entry.about.offer)
        for entry in texts.visits.values()
        if entry.about.offer is not None
    ]
    return tuple(
        VisitFacts(
            slug,
            offer.name,
            offer.summary,
            offer.minutes,
            offer.price_minor,
            offer.currency,
            offer.states,
            offer.modality,
            offer.cancel_window_hours,
        )
        for slug, offer in sorted(offers, key=lambda each: each[1].position)
    )


def _addresses(where: PracticeView) -> tuple[str, str]:
    """Canonical addresses of site and portal; this very host's when nothing is known."""
    cache: dict[str, tuple[float, tuple[str, str]]] = current_app.extensions.setdefault(
        "site_addresses", {}
    )
    kept = cache.get(where.slug)
    if kept is not None and time.monotonic() - kept[0] < ADDRESSES_TRUSTED:
        return kept[1]
    found = None if where.id == NOT_KNOWN else _ask_addresses(where.id)
    name = f"addresses-{where.slug}"
    if found is None:
        remembered: Sequence[str] = last_known().recall(name) or ("", "")
        return remembered[0], remembered[1]
    last_known().remember(name, list(found))
    cache[where.slug] = (time.monotonic(), found)
    return found


def _ask_addresses(practice_id: UUID) -> tuple[str, str] | None:
    def find(session: "Session") -> tuple[str, str]:
        site, portal = (
            canonical_url(session, settings(), practice_id=practice_id, face=face)
            for face in ("marketing", "portal")
        )
        return site, portal

    return ask_live(find)


def known_at(host: str) -> PracticeView | None:
    """The practice whose texts name this host: for a server that never met its database."""
    for slug in shelf().slugs():
        known = shelf().library(slug).known
        if known is not None and host in known.hosts:
            return PracticeView(
                id=NOT_KNOWN,
                slug=slug,
                name=known.name,
                legal_name=known.legal_name,
                tagline=known.tagline,
                time_zone=known.time_zone,
                phone=known.phone,
                email=known.email,
                address={
                    "line": known.line,
                    "city": known.city,
                    "state": known.state,
                    "postal_code": known.postal_code,
                },
                brand=known.brand,
            )
    return None
