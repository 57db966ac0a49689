"""Sign-in and devices: where this account is signed in, and signing out there."""

from uuid import UUID

from flask import Response
from flask_babel import gettext as _

from portal import blueprint
from shared.auth.own_sessions import end_other_sessions, end_own_session, list_own_sessions
from shared.web.answers import page, to
from shared.web.current import transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import note, signed_out, take_notice


@blueprint.get("/security")
@requires("session.manage")
def security_index() -> Response:
    """Every place where this account is signed in now."""
    return page(
        "portal/security/index.html",
        sessions=list_own_sessions(transaction(), viewer=viewer()),
        current_id=viewer().session_id,
        notice=take_notice(),
    )


@blueprint.post("/security/sessions/<uuid:session_id>/end")
@requires("session.manage")
def security_session_destroy(session_id: UUID) -> Response:
    """Sign out in one place; here, too, if that is the one."""
    end_own_session(transaction(), viewer=viewer(), session_id=session_id)
    if session_id == viewer().session_id:
        return signed_out()
    note(_("That device is signed out."))
    return to("portal.security_index")


@blueprint.post("/security/sign-out-others")
@requires("session.manage")
def security_sessions_destroy() -> Response:
    """Sign out everywhere else."""
    if end_other_sessions(transaction(), viewer=viewer()):
        note(_("Every other device is signed out."))
    else:
        note(_("You were signed in nowhere else."))
    return to("portal.security_index")
