"""A face's ways to go, as data: only pages that exist and that this viewer may open are shown."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel.speaklater import LazyString


@dataclass(frozen=True)
class Place:
    """A room on the map: its name for people, its index endpoint, its icon, the right it needs."""

    label: LazyString
    endpoint: str
    icon: str
    capability: str | None = None

    @property
    def room(self) -> str:
        """`portal.appointments_index` -> `portal.appointments`."""
        return self.endpoint.rpartition("_")[0]


@dataclass(frozen=True)
class NavItem:
    """One link as the template draws it."""

    label: LazyString
    href: str
    icon: str
    current: bool


def nav_items(places: Iterable[Place], *, allowed: Iterable[str] | None = None) -> list[NavItem]:
    """Links for the places that exist; with `allowed`, only those whose capability is in it."""
    rights = None if allowed is None else set(allowed)
    here = (request.endpoint or "").rpartition("_")[0]
    return [
        NavItem(place.label, url_for(place.endpoint), place.icon, here == place.room)
        for place in places
        if place.endpoint in current_app.view_functions
        and (rights is None or place.capability is None or place.capability in rights)
    ]
