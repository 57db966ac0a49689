"""Asking for a sign-in mail, and the page that waits for it."""

from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext

from portal import blueprint
from portal.sign_in.forms import AddressForm, CodeForm
from shared.access.accounts import access_own_account
from shared.access.errors import FreshFactorNeeded, NotFound
from shared.auth.attempts import find_attempt
from shared.auth.return_to import safe_return_to
from shared.auth.sessions import is_fresh
from shared.onboarding import (
    LinkSpent,
    NothingToOpen,
    TooOften,
    WrongCode,
    begin_sign_in,
    redeem_code,
    resend_sign_in,
)
from shared.web.answers import go, invalid, page, to
from shared.web.current import browser_key, find_browser_key, practice, transaction, viewer
from shared.web.own_devices import sign_out
from shared.web.policy import requires
from shared.web.signing_in import (
    continue_page,
    network,
    note,
    prove_again,
    signed_in,
    this_browser,
    wait_a_while,
)

blueprint.register_error_handler(FreshFactorNeeded, prove_again)


@blueprint.get("/sign-in")
@requires("sign_in")
def sign_in_new() -> Response:
    """Where a mail should go; somebody who is signed in goes on at once."""
    back = safe_return_to("portal", request.args.get("back"))
    if viewer().is_patient and not request.args.get("again"):
        return go(back)
    email = None
    if viewer().is_patient:
        email = access_own_account(transaction(), viewer=viewer()).email
    return page("portal/sign_in/new.html", form=AddressForm(data={"back": back, "email": email}))


@blueprint.post("/sign-in")
@requires("sign_in")
def sign_in_create() -> Response:
    """Send the mail. The answer is the same for every address."""
    form = AddressForm(request.form)
    if not form.validate():
        return invalid("portal/sign_in/new.html", form=form)
    try:
        attempt_id = begin_sign_in(
            transaction(),
            practice=practice(),
            email=form.email.data or "",
            browser=browser_key(),
            network=network(),
            return_to=form.back.data,
        )
    except TooOften as refusal:
        form.email.errors = [_waiting_words(refusal)]
        return wait_a_while(page("portal/sign_in/new.html", form=form), refusal.retry_after)
    return to("portal.sign_in_show", attempt_id=attempt_id)


@blueprint.get("/sign-in/<uuid:attempt_id>")
@requires("sign_in")
def sign_in_show(attempt_id: UUID) -> Response:
    """The page that waits, in the browser that asked; somewhere else there is no such page."""
    attempt = find_attempt(
        transaction(),
        practice_id=practice().id,
        attempt_id=attempt_id,
        browser=find_browser_key(),
    )
    if attempt is None:
        raise NotFound
    # Who is signed in but has to prove it again waits here like anybody else.
    proven = attempt.used_at is not None or is_fresh(transaction(), viewer())
    if viewer().is_patient and proven:
        return go(safe_return_to("portal", attempt.destination))
    return page("portal/sign_in/show.html", form=CodeForm(), attempt=attempt)


@blueprint.get("/sign-in/<uuid:attempt_id>/status")
@requires("sign_in")
def sign_in_status(attempt_id: UUID) -> Response:
    """Asked by the waiting page every few seconds: has the link been used?"""
    response = sign_in_show(attempt_id)
    if response.status_code == 303 or "HX-Redirect" in response.headers:
        return response
    attempt = find_attempt(
        transaction(),
        practice_id=practice().id,
        attempt_id=attempt_id,
        browser=find_browser_key(),
    )
    return page("portal/sign_in/_waiting.html", attempt=attempt)


@blueprint.post("/sign-in/<uuid:attempt_id>/code")
@requires("sign_in")
def sign_in_code_create(attempt_id: UUID) -> Response:
    """The eight digits, typed where the mail was asked for."""
    attempt = find_attempt(
        transaction(),
        practice_id=practice().id,
        attempt_id=attempt_id,
        browser=find_browser_key(),
    )
    if attempt is None:
        raise NotFound
    form = CodeForm(request.form)
    if not form.validate():
        return invalid("portal/sign_in/show.html", form=form, attempt=attempt)
    try:
        arrival = redeem_code(
            transaction(), attempt=attempt, code=form.code.data or "", browser=this_browser()
        )
    except WrongCode as refusal:
        form.code.errors = [wrong_code_words(refusal)]
        return invalid("portal/sign_in/show.html", form=form, attempt=attempt)
    except (LinkSpent, NothingToOpen):
        return spent()
    return arrived(arrival.token, arrival.location, hold_lost=arrival.hold_lost)


@blueprint.post("/sign-in/<uuid:attempt_id>/resend")
@requires("sign_in")
def sign_in_resend(attempt_id: UUID) -> Response:
    """Another mail, with everything that was said the first time."""
    attempt = find_attempt(
        transaction(),
        practice_id=practice().id,
        attempt_id=attempt_id,
        browser=find_browser_key(),
    )
    if attempt is None:
        raise NotFound
    try:
        next_id = resend_sign_in(
            transaction(),
            practice=practice(),
            attempt=attempt,
            browser=browser_key(),
            network=network(),
        )
    except TooOften as refusal:
        form = CodeForm()
        form.code.errors = [_waiting_words(refusal)]
        return wait_a_while(
            page("portal/sign_in/show.html", form=form, attempt=attempt), refusal.retry_after
        )
    return to("portal.sign_in_show", attempt_id=next_id, sent="again")


@blueprint.get("/continue")
@requires("session.manage")
def continue_show() -> Response:
    """The form that met a stale sign-in, ready to be sent."""
    return continue_page()


@blueprint.post("/session")
@requires("sign_in")
def session_update() -> Response:
    """ "Stay signed in": coming here was enough, the pipeline has noted it."""
    return go("/portal/")


@blueprint.post("/sign-out")
@requires("sign_in")
def session_destroy() -> Response:
    """Sign out: here, and for good."""
    return sign_out("portal")


def arrived(token: str, location: str, *, hold_lost: bool) -> Response:
    """Signed in; when the held time was lost on the way, the next page says so."""
    if hold_lost:
        note(_("You are signed in, but the time you chose is no longer held. Please choose again."))
    return signed_in(token, location)


def spent() -> Response:
    """Link or code cannot be used (any more): one answer for every reason."""
    return invalid("portal/sign_in/spent.html", status=410, form=AddressForm())


def too_many(refusal: TooOften) -> Response:
    """Many links that open nothing came from this network: how long to wait, what else to do."""
    shown = invalid("portal/sign_in/too_many.html", minutes=-(-refusal.retry_after // 60))
    return wait_a_while(shown, refusal.retry_after)


def wrong_code_words(refusal: WrongCode) -> str:
    """How often one may still try."""
    if refusal.tries_left == 0:
        return str(_("That code is wrong, and it was the last try. Ask for a new e-mail."))
    return str(
        ngettext(
            "That code is wrong. You have %(num)d try left.",
            "That code is wrong. You have %(num)d tries left.",
            refusal.tries_left,
        )
    )


def _waiting_words(refusal: TooOften) -> str:
    minutes = max(1, -(-refusal.retry_after // 60))
    return str(
        ngettext(
            "We have sent several e-mails already. Wait %(num)d minute, then try again.",
            "We have sent several e-mails already. Wait %(num)d minutes, then try again.",
            minutes,
        )
    )
