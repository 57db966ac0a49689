"""Where somebody is signed in, on either face: signing out here, there, or everywhere else."""

from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext

from shared.auth.own_sessions import end_other_sessions, end_own_session
from shared.auth.sessions import end_session
from shared.web.answers import to
from shared.web.cookies import read_session_cookie
from shared.web.current import transaction, viewer
from shared.web.signing_in import note, signed_out


def sign_out(face: str) -> Response:
    """Here, and for good."""
    end_session(transaction(), face=face, token=read_session_cookie(request, face) or "")
    return signed_out()


def sign_out_there(session_id: UUID, *, then: str) -> Response:
    """In one place; here, too, if that is the one."""
    end_own_session(transaction(), viewer=viewer(), session_id=session_id)
    if session_id == viewer().session_id:
        return signed_out()
    note(_("That device is signed out."))
    return to(then)


def sign_out_others(*, then: str) -> Response:
    """Everywhere else."""
    note(others_words(end_other_sessions(transaction(), viewer=viewer())))
    return to(then)


def others_words(count: int) -> str:
    """How many places were signed out."""
    if count == 0:
        return str(_("You were signed in nowhere else."))
    return str(ngettext("%(num)d device is signed out.", "%(num)d devices are signed out.", count))
