"""Signing in to the desk: a passkey, or a recovery code on a machine that has none."""

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext

from admin import blueprint
from admin.sign_in.forms import PasskeyForm, RecoveryForm
from shared.access.accounts import access_own_account
from shared.access.errors import FreshFactorNeeded
from shared.auth.errors import SignInRefused, TooOften
from shared.auth.return_to import safe_return_to
from shared.auth.staff_sign_in import sign_in_by_passkey, sign_in_by_recovery_code
from shared.web.answers import go, invalid, page
from shared.web.current import practice, transaction, viewer
from shared.web.own_devices import sign_out
from shared.web.policy import requires
from shared.web.signing_in import (
    continue_page,
    network,
    passkey_challenge,
    posted_credential,
    prove_again,
    relying_party,
    signed_in,
    this_browser,
    wait_a_while,
)

blueprint.register_error_handler(FreshFactorNeeded, prove_again)


@blueprint.get("/sign-in")
@requires("sign_in")
def sign_in_new() -> Response:
    """The two ways in; somebody who is signed in goes on at once."""
    back = safe_return_to("admin", request.args.get("back"))
    if viewer().is_staff and not request.args.get("again"):
        return go(back)
    email = None
    if viewer().is_staff:
        email = access_own_account(transaction(), viewer=viewer()).email
    return _entrance(
        PasskeyForm(data={"back": back}), RecoveryForm(data={"back": back, "email": email})
    )


@blueprint.post("/sign-in/passkey/options")
@requires("sign_in")
def sign_in_passkey_options() -> Response:
    """A challenge for the browser's passkey dialog."""
    return passkey_challenge()


@blueprint.post("/sign-in/passkey")
@requires("sign_in")
def sign_in_passkey_create() -> Response:
    """Check what the passkey answered."""
    form = PasskeyForm(request.form)
    try:
        token = sign_in_by_passkey(
            transaction(),
            practice_id=practice().id,
            party=relying_party(),
            browser=this_browser(),
            credential=posted_credential(),
            network=network(),
        )
    except TooOften as refusal:
        return wait_a_while(_no_passkey(form), refusal.retry_after)
    except SignInRefused:
        return _no_passkey(form)
    return signed_in(token, form.back.data or "")


@blueprint.post("/sign-in/recovery")
@requires("sign_in")
def sign_in_recovery_create() -> Response:
    """Check an address and a recovery code; one answer for every way to be wrong."""
    form = RecoveryForm(request.form)
    passkey = PasskeyForm(data={"back": form.back.data})
    if not form.validate():
        return _entrance(passkey, form, status=422)
    try:
        token = sign_in_by_recovery_code(
            transaction(),
            practice_id=practice().id,
            email=form.email.data or "",
            code=form.code.data or "",
            browser=this_browser(),
            network=network(),
        )
    except SignInRefused:
        form.code.errors = [_("This address and code do not go together, or the code was used.")]
        return _entrance(passkey, form, status=422)
    except TooOften as refusal:
        form.code.errors = [too_often_words(refusal)]
        return wait_a_while(_entrance(passkey, form), refusal.retry_after)
    return signed_in(token, form.back.data or "")


@blueprint.get("/continue")
@requires("session.manage")
def continue_show() -> Response:
    """The form that met a stale sign-in, ready to be sent."""
    return continue_page()


@blueprint.post("/session")
@requires("sign_in")
def session_update() -> Response:
    """ "Stay signed in": coming here was enough, the pipeline has noted it."""
    return go("/admin/")


@blueprint.post("/sign-out")
@requires("sign_in")
def session_destroy() -> Response:
    """Sign out: here, and for good."""
    return sign_out("admin")


def too_often_words(refusal: TooOften) -> str:
    """How long to wait."""
    return str(
        ngettext(
            "Too many tries. Wait %(num)d minute, then try again.",
            "Too many tries. Wait %(num)d minutes, then try again.",
            max(1, -(-refusal.retry_after // 60)),
        )
    )


def _no_passkey(form: PasskeyForm) -> Response:
    form.credential.errors = [
        _("That passkey could not be used here. Try again, or use a recovery code.")
    ]
    return _entrance(form, RecoveryForm(data={"back": form.back.data}), status=422)


def _entrance(passkey: PasskeyForm, recovery: RecoveryForm, *, status: int = 200) -> Response:
    wrong = recovery if recovery.errors else passkey
    if status == 200:
        return page("admin/sign_in/new.html", form=wrong, passkey=passkey, recovery=recovery)
    return invalid(
        "admin/sign_in/new.html", status=status, form=wrong, passkey=passkey, recovery=recovery
    )
