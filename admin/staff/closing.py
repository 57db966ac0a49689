"""Closing a colleague's sign-in, and withdrawing an invitation."""

from uuid import UUID

from flask import Response
from flask_babel import gettext as _

from admin import blueprint
from admin.staff.views import refusal_words
from shared.auth.closing import access_staff_account, close_account
from shared.auth.invitations import withdraw_invitation
from shared.auth.sessions import require_fresh
from shared.onboarding import GrantRefused
from shared.web.answers import invalid, page, to
from shared.web.current import practice, transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import note


@blueprint.get("/staff/<uuid:account_id>/closing/new")
@requires("staff.close")
def staff_closings_new(account_id: UUID) -> Response:
    """Ask once, and say what happens. Needs a fresh sign-in."""
    require_fresh(transaction(), viewer())
    account = access_staff_account(transaction(), by=viewer(), account_id=account_id)
    return page("admin/staff/close.html", account=account)


@blueprint.post("/staff/<uuid:account_id>/closing")
@requires("staff.close")
def staff_closings_create(account_id: UUID) -> Response:
    """Close it: whoever uses it is signed out before their next click."""
    require_fresh(transaction(), viewer())
    account = access_staff_account(transaction(), by=viewer(), account_id=account_id)
    try:
        close_account(transaction(), account, by=viewer())
    except GrantRefused as refusal:
        return invalid(
            "admin/staff/close.html",
            status=409,
            account=account,
            refusal=refusal_words(refusal),
        )
    note(_("The sign-in of %(name)s is closed.", name=account.name or account.email))
    return to("admin.staff_index")


@blueprint.post("/staff/invitations/<uuid:invitation_id>/end")
@requires("staff.manage")
def staff_invitations_destroy(invitation_id: UUID) -> Response:
    """Take an invitation back: its link and code are worth nothing from now on."""
    withdraw_invitation(transaction(), practice_id=practice().id, invitation_id=invitation_id)
    note(_("The invitation is withdrawn."))
    return to("admin.staff_index")
