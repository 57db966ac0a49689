"""Sign-in and devices: where this account is signed in, its passkeys, and signing out there."""

from uuid import UUID

from flask import Response, request

from portal import blueprint
from portal.reader import own_zone
from portal.security.forms import NewPasskeyForm
from shared.access.policy import holds
from shared.auth.devices import describe_device
from shared.auth.own_sessions import list_own_sessions
from shared.auth.patient_passkeys import list_own_passkeys
from shared.web.answers import invalid
from shared.web.current import transaction, viewer
from shared.web.own_devices import sign_out_others, sign_out_there
from shared.web.policy import requires
from shared.web.signing_in import take_notice


@blueprint.get("/security")
@requires("session.manage")
def security_index() -> Response:
    """Every place where this account is signed in now, and the quick ways in."""
    return show_security()


def show_security(refused: NewPasskeyForm | None = None) -> Response:
    """The page; with the form to mend where a passkey was not made."""
    device = describe_device(request.headers.get("User-Agent", ""))
    may_add = holds(viewer(), "profile.move")
    return invalid(
        "portal/security/index.html",
        status=422 if refused else 200,
        form=refused or NewPasskeyForm(data={"label": device}),
        may_add=may_add,
        passkeys=list_own_passkeys(transaction(), viewer=viewer()) if may_add else [],
        sessions=list_own_sessions(transaction(), viewer=viewer()),
        current_id=viewer().session_id,
        zone=own_zone(),
        notice=take_notice(),
    )


@blueprint.post("/security/sessions/<uuid:session_id>/end")
@requires("session.manage")
def security_session_destroy(session_id: UUID) -> Response:
    """Sign out in one place; here, too, if that is the one."""
    return sign_out_there(session_id, then="portal.security_index")


@blueprint.post("/security/sign-out-others")
@requires("session.manage")
def security_sessions_destroy() -> Response:
    """Sign out everywhere else."""
    return sign_out_others(then="portal.security_index")
