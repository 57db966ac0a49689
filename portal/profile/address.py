"""Moving to another e-mail address, and the old mailbox's way to take that back."""

from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from portal import blueprint
from portal.profile.forms import AddressCodeForm, NewAddressForm, UndoForm
from portal.sign_in.views import wrong_code_words
from shared import profile
from shared.access.accounts import access_own_account
from shared.auth.errors import TooOften, WrongCode
from shared.profile.moving import is_open
from shared.web.answers import invalid, page, to
from shared.web.current import practice, transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import ask_fresh, note, wait_a_while


@blueprint.get("/profile/email")
@requires("profile.move")
def email_changes_new() -> Response:
    """Where should mail go? Needs a fresh sign-in."""
    ask_fresh()
    return _ask(NewAddressForm())


@blueprint.post("/profile/email")
@requires("profile.move")
def email_changes_create() -> Response:
    """Send a code to the new address. The answer is the same for every address."""
    ask_fresh()
    form = NewAddressForm(request.form)
    if not form.validate():
        return _ask(form, status=422)
    try:
        change = profile.begin_email_change(transaction(), email=form.email.data or "", by=viewer())
    except profile.SameAddress:
        form.email.errors = [_("This is the address you already have.")]
    except profile.NotHere:
        form.email.errors = [_("You also work here. Ask an owner of the practice to change it.")]
    except TooOften as refusal:
        form.email.errors = [_("We have sent several e-mails already. Try again in an hour.")]
        return wait_a_while(_ask(form), refusal.retry_after)
    else:
        return to("portal.email_changes_show", email_change_id=change.id)
    return _ask(form, status=422)


@blueprint.get("/profile/email/<uuid:email_change_id>")
@requires("profile.move")
def email_changes_show(email_change_id: UUID) -> Response:
    """Type the code; or what became of it."""
    return _show(email_change_id, AddressCodeForm())


@blueprint.post("/profile/email/<uuid:email_change_id>/code")
@requires("profile.move")
def email_changes_confirm(email_change_id: UUID) -> Response:
    """Check the code and move."""
    form = AddressCodeForm(request.form)
    if not form.validate():
        return _show(email_change_id, form, status=422)
    change = profile.access_email_change(
        transaction(), viewer=viewer(), email_change_id=email_change_id
    )
    try:
        profile.confirm_email_change(
            transaction(), change=change, code=form.code.data or "", by=viewer()
        )
    except WrongCode as refusal:
        form.code.errors = [wrong_code_words(refusal)]
    except profile.AddressInUse:
        form.code.errors = [_("This address already opens another sign-in here. Please call us.")]
    except profile.ChangeOver:
        return to("portal.email_changes_show", email_change_id=email_change_id)
    else:
        note(_("Your new e-mail address is saved. You sign in with it from now on."))
        return to("portal.profile_index")
    return _show(email_change_id, form, status=422)


@blueprint.get("/email-undo/<token>")
@requires("sign_in")
def email_undos_new(token: str) -> Response:
    """Say what taking it back does. Programs open links too, so this writes nothing."""
    try:
        profile.find_undo(transaction(), practice_id=practice().id, token=token)
    except profile.ChangeOver:
        return invalid("portal/profile/undo_over.html", status=410)
    return page("portal/profile/undo.html", form=UndoForm(data={"token": token}))


@blueprint.post("/email-undo")
@requires("sign_in")
def email_undos_create() -> Response:
    """Put the old address back and sign out everywhere."""
    token = UndoForm(request.form).token.data or ""
    try:
        profile.take_back(transaction(), practice_id=practice().id, token=token)
    except profile.ChangeOver:
        return invalid("portal/profile/undo_over.html", status=410)
    return page("portal/profile/undone.html")


def _ask(form: NewAddressForm, status: int = 200) -> Response:
    account = access_own_account(transaction(), viewer=viewer())
    return invalid("portal/profile/email.html", status=status, form=form, current=account.email)


def _show(email_change_id: UUID, form: AddressCodeForm, status: int = 200) -> Response:
    change = profile.access_email_change(
        transaction(), viewer=viewer(), email_change_id=email_change_id
    )
    return invalid(
        "portal/profile/email_code.html",
        status=status,
        form=form,
        change=change,
        is_open=is_open(change),
    )
