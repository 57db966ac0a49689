"""What the palette offers: pages, things to do, and people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from shared.access.policy import holds
from shared.access.principal import Principal
from shared.people.details import fold
from shared.web.current import settings
from shared.web.navigation import Place, nav_items
from shared.web.policy import capability_of


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do: where it is done, its words, and other words people think of."""

    label: LazyString
    endpoint: str
    icon: str
    words: str = ""
    arguments: tuple[tuple[str, str], ...] = ()
    # Only where the vendors' stand-ins run.
    rehearsed: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the palette."""

    label: str
    href: str
    icon: str
    note: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A patient the palette found."""

    name: str
    href: str
    note: str


@dataclass(frozen=True, slots=True)
class Found:
    """What fits what was typed. `many`: there are more people than are shown."""

    commands: Sequence[Command] = ()
    people: Sequence[Person] = ()
    many: bool = False

    @property
    def count(self) -> int:
        """How many lines there are to choose from."""
        return len(self.commands) + len(self.people)


# Only those are offered whose page exists and is open to who asks.
ACTIONS = (
    Action(_l("Find a patient"), "admin.patients_index", "search", "search people phone"),
    Action(_l("Book a visit"), "admin.desk_bookings_new", "calendar-add", "appointment new"),
    Action(_l("Invite a colleague"), "admin.staff_new", "plus", "team staff member new role"),
    Action(_l("Export the event log"), "admin.exports_new", "download", "csv audit"),
    Action(
        _l("Change whom mail comes from"),
        "admin.settings_show",
        "mail",
        "sender test address",
        (("kind", "senders"),),
    ),
    Action(
        _l("Change how payments are taken"),
        "admin.settings_show",
        "money",
        "stripe account",
        (("kind", "payments"),),
    ),
    Action(
        _l("Rehearse a bad day"),
        "admin.rehearsal_index",
        "refresh",
        "outage down test",
        rehearsed=True,
    ),
    Action(_l("Your passkeys and sign-ins"), "admin.security_index", "key", "account recovery"),
    Action(_l("Keys of the keyboard"), "admin.keyboard_show", "keyboard", "shortcuts help"),
)


def list_commands(places: Iterable[Place], viewer: Principal) -> list[Command]:
    """Every page and every thing to do that is open to the viewer."""
    pages = [
        Command(str(item.label), item.href, item.icon, key=item.key)
        for item in nav_items(places, viewer)
    ]
    return pages + [
        Command(str(one.label), url_for(one.endpoint, **dict(one.arguments)), one.icon)  # type: ignore[arg-type]  # flask names its own arguments
        for one in ACTIONS
        if _is_open(one, viewer)
    ]


def match_commands(places: Iterable[Place], viewer: Principal, typed: str) -> list[Command]:
    """Those of which every word that was typed begins some word."""
    wanted = fold(typed).split()
    also = {str(one.label): one.words for one in ACTIONS}
    return [
        one
        for one in list_commands(places, viewer)
        if _begins(wanted, fold(f"{one.label} {also.get(one.label, '')}").split())
    ]


def _begins(wanted: list[str], words: list[str]) -> bool:
    return all(any(word.startswith(part) for word in words) for part in wanted)


def _is_open(one: Action, viewer: Principal) -> bool:
    if one.endpoint not in current_app.view_functions:
        return False
    if one.rehearsed and not settings().sandbox:
        return False
    given = {name for name, _value in one.arguments}
    if not any(rule.arguments <= given for rule in current_app.url_map.iter_rules(one.endpoint)):
        return False
    capability = capability_of(current_app, one.endpoint)
    return capability is not None and holds(viewer, capability)
