"""What every admin page knows: where one can go, what waits, and how long the session lasts."""

from dataclasses import replace

from flask import Blueprint, current_app, g, request
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from admin.palette.commands import Found, list_commands
from shared import clock
from shared.access.attention import count_open_items
from shared.access.policy import CAPABILITIES, GATED, holds
from shared.access.principal import STAFF_ROLES, Principal, Role
from shared.attention import kinds_for
from shared.web.current import find_viewer, transaction
from shared.web.navigation import NavItem, Place, nav_items
from shared.web.policy import capability_of
from shared.web.session_limits import session_limits

# Whose day is not the practice's: an auditor begins with the log.
TODAY = "admin.today_index"
ATTENTION = "admin.attention_index"

VISITS = ("admin.visit_phone", "admin.visit_overrides", "admin.visit_quality", "admin.visit_guests")

# A room to go to, by what it is for; a heading of None is the day's work.
GROUPS: tuple[tuple[LazyString | None, tuple[Place, ...]], ...] = (
    (
        None,
        (
            Place(_l("Today"), TODAY, "home", "g t"),
            Place(_l("Schedule"), "admin.schedule_index", "calendar", "g s"),
            Place(_l("Waiting room"), "admin.visits_index", "video", "g w", VISITS),
            Place(
                _l("Patients"),
                "admin.patients_index",
                "people",
                "g p",
                (
                    *("admin.stories", "admin.patient_accounts", "admin.patient_visits"),
                    "admin.patient_encounters",
                ),
            ),
            Place(
                _l("Notes"),
                "admin.encounters_index",
                "edit",
                "g n",
                ("admin.note", "admin.encounter_summaries"),
            ),
            Place(_l("Attention"), ATTENTION, "bell", "g a", ("admin.addresses",)),
        ),
    ),
    (
        _l("Proof"),
        (
            Place(_l("Event log"), "admin.events_index", "list", "g l", ("admin.exports",)),
            Place(_l("Emergency access"), "admin.break_glass_index", "alert", "g e"),
            Place(_l("Dead letters"), "admin.inbox_index", "inbox", "g d"),
        ),
    ),
    (
        _l("Practice"),
        (
            Place(_l("Team"), "admin.staff_index", "person", "g m"),
            Place(_l("Settings"), "admin.settings_index", "settings", "g ,"),
            Place(_l("First patient"), "admin.first_run_index", "shield", "g f"),
        ),
    ),
)
PLACES = tuple(place for _heading, places in GROUPS for place in places)


def only_audits(viewer: Principal) -> bool:
    """True for somebody who works here as an auditor and as nothing else."""
    return viewer.roles & frozenset(STAFF_ROLES) == {Role.AUDITOR}


def places_for(viewer: Principal, places: tuple[Place, ...] = PLACES) -> tuple[Place, ...]:
    """The places to choose from, before capabilities are looked at."""
    if only_audits(viewer):
        return tuple(place for place in places if place.endpoint != TODAY)
    return places


def groups_for(viewer: Principal, waiting: int) -> list[tuple[LazyString | None, list[NavItem]]]:
    """The side's groups as they are drawn, the number of what waits beside its place."""
    groups = []
    for heading, places in GROUPS:
        items = nav_items(places_for(viewer, places), viewer)
        items = [replace(one, count=waiting) if one.key == "g a" else one for one in items]
        groups.append((heading, items))
    return groups


def count_waiting(viewer: Principal) -> int:
    """How much is the viewer's to look at.

    None is told where the transaction's own role does not read the list: at sign-ins, in the log.
    """
    if "waiting" in g:
        return int(g.waiting)  # the page has counted them already
    capability = capability_of(current_app, request.endpoint) if request.endpoint else None
    if capability is None or capability in GATED:
        return 0
    if viewer.acting_as not in CAPABILITIES["attention.read"]:
        return 0
    return count_open_items(transaction(), viewer=viewer, kinds=kinds_for(viewer))


def admin_context() -> dict[str, object]:
    """Template variables of the practice's desk."""
    limits = session_limits("admin")
    viewer = find_viewer()
    if not limits or viewer is None or not viewer.is_staff:
        return {"nav": [], "session_limits": limits, "glass": None}
    waiting = count_waiting(viewer)
    glass = viewer.glass
    return {
        "nav": groups_for(viewer, waiting),
        "waiting": waiting,
        "session_limits": limits,
        "signed_in_name": viewer.name,
        "single_keys": viewer.single_keys,
        "may_search": holds(viewer, "patient.contact"),
        "first_found": Found(commands=list_commands(places_for(viewer), viewer)),
        "glass": glass,
        # The browser counts down from here: its own clock may be wrong.
        "glass_seconds": int((glass.expires_at - clock.now()).total_seconds()) if glass else 0,
    }


def add_context(blueprint: Blueprint) -> None:
    """Attach the variables to every page the blueprint renders."""
    blueprint.context_processor(admin_context)
