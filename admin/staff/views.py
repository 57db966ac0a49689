"""The team: who works here, as what. Owners only."""

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from admin import blueprint
from admin.sign_in.views import too_often_words
from admin.staff.forms import ROLE_NAMES, InviteForm, RoleForm
from shared.access.accounts import access_account, list_staff
from shared.auth.invitations import list_invitations
from shared.auth.roles import end_role, grant_role
from shared.onboarding import GrantRefused, TooOften, invite_staff
from shared.web.answers import invalid, page, to
from shared.web.current import practice, transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import ask_fresh, note, take_notice, wait_a_while

OWNER = "owner"
# Who is given these may give everything else, or read records: it needs a fresh sign-in.
WEIGHTY = {OWNER, "physician", "nurse", "auditor"}


@blueprint.get("/staff")
@requires("staff.manage")
def staff_index() -> Response:
    """Everybody who holds a role, and the invitations nobody has answered."""
    return page("admin/staff/index.html", notice=take_notice(), **_team())


@blueprint.get("/staff/new")
@requires("staff.manage")
def staff_new() -> Response:
    """Whom to invite."""
    return page("admin/staff/new.html", form=InviteForm())


@blueprint.post("/staff")
@requires("staff.manage")
def staff_create() -> Response:
    """Invite somebody."""
    form = InviteForm(request.form)
    if not form.validate():
        return invalid("admin/staff/new.html", form=form)
    if WEIGHTY.intersection(form.roles.data or []):
        ask_fresh()
    try:
        invite_staff(
            transaction(),
            email=form.email.data or "",
            name=form.name.data or "",
            roles=form.roles.data or [],
            by=viewer(),
        )
    except GrantRefused as refusal:
        form.email.errors = [refusal_words(refusal)]
        return invalid("admin/staff/new.html", form=form)
    except TooOften as refusal:
        form.email.errors = [too_often_words(refusal)]
        return wait_a_while(page("admin/staff/new.html", form=form), refusal.retry_after)
    note(_("The invitation is on its way to %(email)s.", email=form.email.data))
    return to("admin.staff_index")


@blueprint.post("/staff/<uuid:account_id>/roles")
@requires("staff.manage")
def staff_role_create(account_id: UUID) -> Response:
    """Give somebody a role."""
    account = access_account(transaction(), viewer=viewer(), account_id=account_id)
    form = RoleForm(request.form)
    if form.role.data in WEIGHTY:
        ask_fresh()
    try:
        grant_role(transaction(), account=account, role=form.role.data or "", by=viewer())
    except GrantRefused as refusal:
        return _refused(refusal)
    note(_("%(name)s has the new role from now on.", name=account.name or account.email))
    return to("admin.staff_index")


@blueprint.post("/staff/roles/<uuid:grant_id>/end")
@requires("role.end")
def staff_role_destroy(grant_id: UUID) -> Response:
    """End a role, effective with the person's next click."""
    try:
        if end_role(transaction(), grant_id=grant_id, by=viewer()).role == OWNER:
            ask_fresh()
    except GrantRefused as refusal:
        return _refused(refusal)
    note(_("The role has ended."))
    return to("admin.staff_index")


def refusal_words(refusal: GrantRefused) -> str:
    """Why a role cannot be given or ended."""
    return str(
        {
            "oneself": _("You cannot change your own roles. Ask another owner."),
            "last_owner": _("This is the only owner. Make somebody else an owner first."),
            "ended": _("That role has ended already."),
            "staff": _("This sign-in belongs to somebody who works here. An owner closes it."),
            "unknown_role": _("Choose one of the roles in the list."),
        }[refusal.reason]
    )


def _refused(refusal: GrantRefused) -> Response:
    return invalid("admin/staff/index.html", refusal=refusal_words(refusal), **_team())


def _team() -> dict[str, Any]:
    return {
        "staff": list_staff(transaction(), viewer=viewer()),
        "invitations": list_invitations(transaction(), practice_id=practice().id),
        "role_form": RoleForm(),
        "role_names": ROLE_NAMES,
        "self_id": viewer().account_id,
    }
