"""One's own ways to sign in: passkeys and recovery codes."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from admin import blueprint
from admin.security.forms import NewPasskeyForm
from shared.access.accounts import access_own_account
from shared.auth.ceremonies import begin_enrolment, enrol_passkey, list_passkeys
from shared.auth.devices import describe_device
from shared.auth.errors import SignInRefused
from shared.auth.own_sessions import list_own_sessions
from shared.auth.recovery_codes import count_recovery_codes, issue_recovery_codes
from shared.auth.sessions import require_fresh
from shared.web.answers import invalid, page, to
from shared.web.current import browser_key, transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import json_answer, note, posted_credential, relying_party, take_notice


@blueprint.get("/security")
@requires("factor.manage")
def security_index() -> Response:
    """Passkeys, recovery codes, and where one is signed in."""
    return show_security(notice=take_notice())


@blueprint.post("/security/passkeys/options")
@requires("factor.manage")
def security_passkey_options() -> Response:
    """A challenge for making a passkey on this device. Needs a fresh sign-in."""
    require_fresh(transaction(), viewer())
    return json_answer(
        begin_enrolment(
            transaction(),
            party=relying_party(),
            account=access_own_account(transaction(), viewer=viewer()),
            browser=browser_key(),
        )
    )


@blueprint.post("/security/passkeys")
@requires("factor.manage")
def security_passkey_create() -> Response:
    """Keep the passkey this device has made. Needs a fresh sign-in."""
    require_fresh(transaction(), viewer())
    form = NewPasskeyForm(request.form)
    if not form.validate():
        return invalid("admin/security/index.html", form=form, **_own_factors())
    try:
        enrol_passkey(
            transaction(),
            party=relying_party(),
            account=access_own_account(transaction(), viewer=viewer()),
            browser=browser_key(),
            credential=posted_credential(),
            label=form.label.data or "",
        )
    except SignInRefused:
        form.label.errors = [_("The passkey was not made. Try once more on this device.")]
        return invalid("admin/security/index.html", form=form, **_own_factors())
    note(_("Your passkey is ready. Use it the next time you sign in."))
    return to("admin.security_index")


@blueprint.get("/security/recovery-codes")
@requires("factor.manage")
def security_codes_new() -> Response:
    """The first steps of somebody new: a sheet of recovery codes, one press away."""
    return page("admin/security/codes_new.html")


@blueprint.post("/security/recovery-codes")
@requires("factor.manage")
def security_codes_create() -> Response:
    """A new sheet of recovery codes, shown this once; the old sheet ends. Needs a fresh sign-in."""
    require_fresh(transaction(), viewer())
    codes = issue_recovery_codes(transaction(), access_own_account(transaction(), viewer=viewer()))
    return page("admin/security/codes.html", codes=codes)


def show_security(*, notice: str | None = None, refusal: str | None = None) -> Response:
    """The page; with a refusal nothing was changed."""
    device = describe_device(request.headers.get("User-Agent", ""))
    shown = {
        "form": NewPasskeyForm(data={"label": device}),
        "notice": notice,
        "refusal": refusal,
        **_own_factors(),
    }
    if refusal:
        return invalid("admin/security/index.html", status=409, **shown)
    return page("admin/security/index.html", **shown)


def _own_factors() -> dict[str, Any]:
    account = access_own_account(transaction(), viewer=viewer())
    return {
        "passkeys": list_passkeys(transaction(), account),
        "codes_left": count_recovery_codes(transaction(), account),
        "sessions": list_own_sessions(transaction(), viewer=viewer()),
        "current_id": viewer().session_id,
    }
