"""A patient's passkeys: made on this device, named, removed. The mailbox stays a way in."""

from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from portal import blueprint
from portal.security.forms import NewPasskeyForm, PasskeyNameForm
from portal.security.views import show_security
from shared.auth.errors import SignInRefused
from shared.auth.patient_passkeys import (
    NotForStaff,
    TooMany,
    begin_own_passkey,
    end_own_passkey,
    keep_own_passkey,
    rename_own_passkey,
)
from shared.auth.sessions import require_fresh
from shared.web.answers import to
from shared.web.current import browser_key, transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import json_answer, note, posted_credential, relying_party


@blueprint.post("/security/passkeys/options")
@requires("profile.move")
def security_passkey_options() -> Response:
    """A challenge for making a passkey on this device. Needs a fresh sign-in."""
    require_fresh(transaction(), viewer())
    try:
        options = begin_own_passkey(
            transaction(), party=relying_party(), browser=browser_key(), viewer=viewer()
        )
    except (NotForStaff, TooMany):
        answer = json_answer("{}")
        answer.status_code = 409
        return answer
    return json_answer(options)


@blueprint.post("/security/passkeys")
@requires("profile.move")
def security_passkey_create() -> Response:
    """Keep the passkey this device has made. Needs a fresh sign-in."""
    require_fresh(transaction(), viewer())
    form = NewPasskeyForm(request.form)
    if not form.validate():
        return show_security(form)
    try:
        keep_own_passkey(
            transaction(),
            party=relying_party(),
            browser=browser_key(),
            credential=posted_credential(),
            label=form.label.data or "",
            viewer=viewer(),
        )
    except (SignInRefused, NotForStaff):
        form.label.errors = [_("The passkey was not made. Try once more on this device.")]
        return show_security(form)
    note(_("Your passkey is ready. Next time, sign in with one touch."))
    return to("portal.security_index")


@blueprint.post("/security/passkeys/<uuid:passkey_id>/name")
@requires("profile.move")
def security_passkey_update(passkey_id: UUID) -> Response:
    """Give it a name one recognises."""
    form = PasskeyNameForm(request.form)
    if form.validate():
        rename_own_passkey(
            transaction(), viewer=viewer(), passkey_id=passkey_id, label=form.label.data or ""
        )
        note(_("The new name is saved."))
    return to("portal.security_index")


@blueprint.post("/security/passkeys/<uuid:passkey_id>/end")
@requires("profile.move")
def security_passkey_destroy(passkey_id: UUID) -> Response:
    """Remove a passkey. Needs a fresh sign-in."""
    require_fresh(transaction(), viewer())
    end_own_passkey(transaction(), viewer=viewer(), passkey_id=passkey_id)
    note(_("That passkey opens nothing any more. Delete it on the device, too."))
    return to("portal.security_index")
