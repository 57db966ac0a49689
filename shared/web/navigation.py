"""A face's ways to go, as data: only pages that exist and that this viewer may open are shown."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel.speaklater import LazyString

from shared.access.policy import holds
from shared.access.principal import Principal
from shared.web.policy import capability_of


@dataclass(frozen=True)
class Place:
    """A room on the map: its name for people, its index endpoint, its icon."""

    label: LazyString
    endpoint: str
    icon: str
    # The keys that lead there, such as "g t".
    key: str = ""
    # Rooms that are reached through this one: inside them, it is where one is.
    holds: tuple[str, ...] = ()

    def is_here(self, room: str) -> bool:
        """Whether a room is this place or lies behind it."""
        return room == self.room or room.startswith(self.holds or ("\0",))

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
    key: str = ""
    count: int | None = None


def nav_items(places: Iterable[Place], viewer: Principal) -> list[NavItem]:
    """Links for the places that exist and whose capability the viewer holds."""
    here = (request.endpoint or "").rpartition("_")[0]
    return [
        NavItem(place.label, url_for(place.endpoint), place.icon, place.is_here(here), place.key)
        for place in places
        if _may_open(place.endpoint, viewer)
    ]


def _may_open(endpoint: str, viewer: Principal) -> bool:
    if endpoint not in current_app.view_functions:
        return False
    capability = capability_of(current_app, endpoint)
    return capability is not None and holds(viewer, capability)
