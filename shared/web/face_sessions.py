"""The visitor's signed cookie, one a face: CSRF token, browser key, notices. Marketing has none.

Who is signed in is not in it: that is a row (`web_session`) behind a cookie of its own.
"""

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

FACES = ("portal", "admin")


def face_of_path(path: str) -> str:
    """The face a path belongs to."""
    head = path.split("/", 2)[1] if path.startswith("/") else ""
    return head if head in (*FACES, "hooks") else "marketing"


class FaceSessions(SecureCookieSessionInterface):
    """Flask's signed cookie under a name per face; never saved on marketing and webhooks."""

    def get_cookie_name(self, app: Flask) -> str:
        """`__Host-` where there is TLS; loopback http cannot keep such a cookie."""
        prefix = "__Host-" if app.config["SESSION_COOKIE_SECURE"] else ""
        return f"{prefix}bedside_{face_of_path(request.path)}_visit"

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Signed for one face at one host: at another practice, or face, it is worth nothing.

        The cookie is host-only; the salt is for whoever carries a value across by hand.
        """
        found = super().get_signing_serializer(app)
        if found is not None:
            place = f"|{face_of_path(request.path)}|{request.host}"
            found.salt = (found.salt or b"") + place.encode()
        return found

    def get_cookie_domain(self, app: Flask) -> None:
        """Host-only, always."""
        return

    def get_cookie_path(self, app: Flask) -> str:
        """As `__Host-` demands."""
        return "/"

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Only on faces that know visitors, and only when something changed."""
        return face_of_path(request.path) in FACES and session.modified
