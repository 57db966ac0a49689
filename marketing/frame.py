"""What every page of the site shares: its head, the way back, what machines read of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, request

from marketing.facts.practice import Facts, facts, library
from marketing.facts.words import fill, phrase, prose
from marketing.library.library import LEGAL
from marketing.library.reading import Entry
from marketing.machines.structured import breadcrumbs, organization
from marketing.pictures.address import picture_address
from shared.web.answers import page
from shared.web.i18n import gettext as _


@dataclass(frozen=True)
class Crumb:
    """One step of the way from the first page."""

    label: str
    path: str


@dataclass(frozen=True)
class Frame:
    """The head of a page, and the frame around it."""

    title: str
    description: str
    heading: str
    lead: str
    path: str
    url: str
    image: str
    kind: str
    crumbs: tuple[Crumb, ...]
    data: tuple[dict[str, Any], ...]

    @property
    def trail(self) -> list[tuple[str, str]]:
        """What is above this page."""
        return [(each.label, each.path) for each in self.crumbs[:-1]]


def text_page(name: str) -> Entry[Any]:
    """The text of one of the site's pages; 404 where no usable one exists."""
    found = library().pages.get(name)
    if found is None:
        abort(404)
    return found


def make_frame(
    entry: Entry[Any],
    path: str,
    *,
    above: Sequence[Crumb] = (),
    data: Sequence[dict[str, Any]] = (),
    kind: str = "website",
) -> Frame:
    """The frame of a page made from a text."""
    about, known = entry.about, facts()
    title = fill(about.title)
    crumbs = tuple(above)
    machine = list(data)
    if crumbs:
        short = min(title, fill(about.heading) or title, key=len)
        here = Crumb(getattr(about, "name", None) or short, path)
        way = [Crumb(_("Home"), "/"), *crumbs, here]
        machine.append(breadcrumbs([(each.label, known.absolute(each.path)) for each in way]))
        crumbs = tuple(way)
    return Frame(
        title=title,
        description=fill(about.description),
        heading=fill(about.heading) or title,
        lead=about.lead or "",
        path=path,
        url=known.absolute(path),
        image=known.absolute(picture_address(known, fill(about.heading) or title)),
        kind=kind,
        crumbs=crumbs,
        data=tuple(machine),
    )


def show(template: str, frame: Frame, **context: object) -> Response:
    """200 with a page of the site."""
    return page(template, frame=frame, **frame_context(), **context)


def frame_context() -> dict[str, object]:
    """What header and footer need; for pages without a text of their own, too."""
    known, texts = facts(), library()
    return {
        "facts": known,
        "origin": page_slug(),
        "places": shown_places(),
        "legal": [
            (name, fill(texts.pages[name].about.title)) for name in LEGAL if name in texts.pages
        ],
        "has_articles": bool(texts.articles),
        "prose": prose,
        "fill": fill,
        "phrase": phrase,
    }


def shown_places() -> list[Entry[Any]]:
    """Cities and states with a text, as far as somebody is licensed there."""
    licensed = set(facts().states)
    return [each for each in library().places.values() if each.about.state in licensed]


def page_slug() -> str:
    """How a booking names the page it began on: "home", "pricing", "locations/boca-raton"."""
    return request.path.strip("/")[:80] or "home"


def practice_data(known: Facts) -> dict[str, Any]:
    """The practice for machines."""
    return organization(known)
