"""How long a signed-in page may lie idle, for the warning that comes two minutes before."""

from dataclasses import dataclass

from flask import current_app, url_for

from shared.auth.lifetimes import SESSION_IDLE
from shared.web.current import find_viewer


@dataclass(frozen=True)
class SessionLimits:
    """What the idle dialog needs."""

    idle_seconds: int
    stay_url: str
    sign_in_url: str


def session_limits(face: str) -> SessionLimits | None:
    """The limits of the current session; None when nobody is signed in on this face."""
    viewer = find_viewer()
    stay = f"{face}.session_update"
    if viewer is None or viewer.session_id is None or stay not in current_app.view_functions:
        return None
    idle = int(SESSION_IDLE[face].total_seconds())
    return SessionLimits(idle, url_for(stay), f"/{face}/sign-in")
