"""Where one is signed in, and taking a passkey away."""

from uuid import UUID

from flask import Response
from flask_babel import gettext as _

from admin import blueprint
from admin.security.views import show_security
from shared.access.accounts import access_own_account
from shared.auth.errors import LastFactor
from shared.auth.own_factors import end_passkey
from shared.auth.sessions import require_fresh
from shared.web.answers import to
from shared.web.current import transaction, viewer
from shared.web.own_devices import sign_out_others, sign_out_there
from shared.web.policy import requires
from shared.web.signing_in import note


@blueprint.post("/security/sessions/<uuid:session_id>/end")
@requires("session.manage")
def security_session_destroy(session_id: UUID) -> Response:
    """Sign out in one place; here, too, if that is the one."""
    return sign_out_there(session_id, then="admin.security_index")


@blueprint.post("/security/sign-out-others")
@requires("session.manage")
def security_sessions_destroy() -> Response:
    """Sign out everywhere else."""
    return sign_out_others(then="admin.security_index")


@blueprint.post("/security/passkeys/<uuid:passkey_id>/end")
@requires("factor.manage")
def security_passkey_destroy(passkey_id: UUID) -> Response:
    """Remove a passkey, never the last way in. Needs a fresh sign-in."""
    require_fresh(transaction(), viewer())
    account = access_own_account(transaction(), viewer=viewer())
    try:
        end_passkey(transaction(), account=account, passkey_id=passkey_id)
    except LastFactor:
        return show_security(
            refusal=_("This is your only way in. Add another passkey or make recovery codes first.")
        )
    note(_("That passkey opens nothing any more."))
    return to("admin.security_index")
