"""What every admin page knows: where one can go and how long the session lasts."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from shared import clock
from shared.access.principal import STAFF_ROLES, Principal, Role
from shared.web.current import find_viewer
from shared.web.navigation import Place, nav_items
from shared.web.session_limits import session_limits

PLACES = (
    Place(_l("Today"), "admin.today_index", "home"),
    Place(_l("Attention"), "admin.attention_index", "info"),
    Place(_l("Schedule"), "admin.schedule_index", "calendar"),
    Place(_l("Patients"), "admin.patients_index", "people"),
    Place(_l("Payments"), "admin.payments_index", "money"),
    Place(_l("Sent mail"), "admin.dispatches_index", "mail"),
    Place(_l("Event log"), "admin.events_index", "list"),
    Place(_l("Team"), "admin.staff_index", "person"),
    Place(_l("Emergency access"), "admin.break_glass_index", "alert"),
    Place(_l("Settings"), "admin.settings_index", "settings"),
    Place(_l("First patient"), "admin.first_run_index", "shield"),
    Place(_l("Sign-in"), "admin.security_index", "key"),
)


# Whose day is not the practice's: an auditor begins with the log.
TODAY = "admin.today_index"


def only_audits(viewer: Principal) -> bool:
    """True for somebody who works here as an auditor and as nothing else."""
    return viewer.roles & frozenset(STAFF_ROLES) == {Role.AUDITOR}


def places_for(viewer: Principal) -> tuple[Place, ...]:
    """The places to choose from, before capabilities are looked at."""
    if only_audits(viewer):
        return tuple(place for place in PLACES if place.endpoint != TODAY)
    return PLACES


def admin_context() -> dict[str, object]:
    """Template variables of the practice's desk."""
    limits = session_limits("admin")
    viewer = find_viewer()
    nav = nav_items(places_for(viewer), viewer) if limits and viewer else []
    name = viewer.name if viewer else ""
    glass = viewer.glass if viewer else None
    return {
        "nav": nav,
        "session_limits": limits,
        "signed_in_name": name,
        "glass": glass,
        # The browser counts down from here: its own clock may be wrong.
        "glass_seconds": int((glass.expires_at - clock.now()).total_seconds()) if glass else 0,
    }


def add_context(blueprint: Blueprint) -> None:
    """Attach the variables to every page the blueprint renders."""
    blueprint.context_processor(admin_context)
