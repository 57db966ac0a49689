"""Signing in with a passkey: one touch, nothing typed. The device says who it is."""

from flask import Response, request
from flask_babel import gettext as _

from portal import blueprint
from portal.sign_in.forms import AddressForm
from shared.auth.errors import SignInRefused, TooOften
from shared.onboarding.by_passkey import arrive_by_passkey
from shared.web.answers import invalid
from shared.web.current import practice, transaction
from shared.web.policy import requires
from shared.web.signing_in import (
    network,
    passkey_challenge,
    posted_credential,
    relying_party,
    signed_in,
    this_browser,
    wait_a_while,
)


@blueprint.post("/sign-in/passkey/options")
@requires("sign_in")
def sign_in_passkey_options() -> Response:
    """A challenge for whoever asks: it names no account, so it tells of none."""
    return passkey_challenge()


@blueprint.post("/sign-in/passkey")
@requires("sign_in")
def sign_in_passkey_create() -> Response:
    """Check what the passkey answered."""
    back = request.form.get("back", "")
    try:
        token = arrive_by_passkey(
            transaction(),
            practice_id=practice().id,
            party=relying_party(),
            browser=this_browser(),
            credential=posted_credential(),
            network=network(),
        )
    except TooOften as refusal:
        return wait_a_while(_refused(back), refusal.retry_after)
    except SignInRefused:
        return _refused(back)
    return signed_in(token, back)


def _refused(back: str) -> Response:
    return invalid(
        "portal/sign_in/new.html",
        form=AddressForm(data={"back": back}),
        passkey_problem=_("That passkey does not open anything here. Sign in by e-mail."),
    )
