"""What every portal page knows: where one can go and how long the session lasts."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from shared.access.policy import holds
from shared.web.current import find_viewer
from shared.web.navigation import Place, nav_items
from shared.web.session_limits import session_limits

# Five at most: what a thumb can tell apart at the bottom of a phone.
PLACES = (
    Place(_l("Home"), "portal.home_index", "home"),
    Place(
        _l("Visits"),
        "portal.appointments_index",
        "calendar",
        holds=(
            *("portal.appointments", "portal.cancellations", "portal.booking", "portal.holds"),
            "portal.summaries",
            *("portal.visit", "portal.visits", "portal.waiting", "portal.phone_calls"),
        ),
    ),
    Place(_l("Sent to me"), "portal.dispatches_index", "mail"),
    Place(_l("Payments"), "portal.payments_index", "card", holds=("portal.payments",)),
    Place(
        _l("Profile"),
        "portal.profile_index",
        "person",
        holds=(
            *("portal.profile", "portal.preferences", "portal.email_changes"),
            *("portal.security", "portal.looks", "portal.consents"),
        ),
    ),
)


# Somebody who acts for a patient has a sign-in of their own, but no profile here.
SIGN_IN = Place(_l("Sign-in"), "portal.security_index", "key")


def portal_context() -> dict[str, object]:
    """Template variables of the portal."""
    limits = session_limits("portal")
    viewer = find_viewer()
    has_profile = viewer is not None and holds(viewer, "profile.read")
    places = PLACES if has_profile else (*PLACES, SIGN_IN)
    nav = nav_items(places, viewer) if limits and viewer else []
    return {"nav": nav, "session_limits": limits, "has_profile": has_profile}


def add_context(blueprint: Blueprint) -> None:
    """Attach the variables to every page the blueprint renders."""
    blueprint.context_processor(portal_context)
