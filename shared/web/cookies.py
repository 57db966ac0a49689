"""The session cookie of each face: host-only, out of reach of scripts, sent on the way back in.

SameSite is Lax: Strict would drop the session on the way back from Stripe and from webmail.
"""

from flask import Request, Response, current_app

from shared.auth.lifetimes import SESSION_ABSOLUTE

FACES = ("portal", "admin")


def session_cookie_name(face: str) -> str:
    """`__Host-bedside_<face>`; unprefixed on loopback http, where no browser keeps such a one."""
    return f"{'__Host-' if _secure() else ''}bedside_{face}"


def read_session_cookie(request: Request, face: str) -> str | None:
    """The session token this browser came with."""
    return request.cookies.get(session_cookie_name(face))


def set_session_cookie(response: Response, face: str, token: str) -> None:
    """Give the browser its session; the row decides how long it is good for, never the cookie."""
    response.set_cookie(
        session_cookie_name(face),
        token,
        max_age=int(SESSION_ABSOLUTE.total_seconds()),
        path="/",
        secure=_secure(),
        httponly=True,
        samesite="Lax",
    )


def clear_session_cookie(response: Response, face: str) -> None:
    """Take the session from the browser, and what it kept of our pages with it.

    "cookies" is left out of Clear-Site-Data on purpose: it would sign out the other face, and in
    development every practice on the host.
    """
    response.delete_cookie(
        session_cookie_name(face), path="/", secure=_secure(), httponly=True, samesite="Lax"
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def _secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
