"""The link in the mail: opening it changes nothing, pressing the button signs in."""

from flask import Response, request
from flask_babel import gettext as _

from portal import blueprint
from portal.sign_in.forms import LinkCodeForm, LinkForm
from portal.sign_in.views import arrived, spent, too_many, wrong_code_words
from shared.onboarding import (
    NO,
    LinkSpent,
    NothingToOpen,
    OtherBrowser,
    PutAway,
    Question,
    TooOften,
    WrongCode,
    redeem_link,
    redeem_link_with_code,
)
from shared.web.answers import invalid, page
from shared.web.current import practice, transaction
from shared.web.policy import requires
from shared.web.signing_in import network, note, this_browser


@blueprint.get("/sign-in/link/<token>")
@requires("sign_in")
def sign_in_link_show(token: str) -> Response:
    """Press to go on. Programs open links too, so this reads and writes nothing."""
    return page("portal/sign_in/link.html", form=LinkForm(data={"token": token}))


@blueprint.post("/sign-in/link")
@requires("sign_in")
def sign_in_link_create() -> Response:
    """Redeem the link; in a browser that did not ask, the digits are needed as well."""
    form = LinkForm(request.form)
    try:
        arrival = redeem_link(
            transaction(),
            practice_id=practice().id,
            token=form.token.data or "",
            browser=this_browser(),
            network=network(),
        )
    except OtherBrowser:
        return page("portal/sign_in/elsewhere.html", form=LinkCodeForm(data=form.data))
    except TooOften as refusal:
        return too_many(refusal)
    except (LinkSpent, NothingToOpen):
        return spent()
    return arrived(arrival.token, arrival.location, hold_lost=arrival.hold_lost)


@blueprint.post("/sign-in/link/code")
@requires("sign_in")
def sign_in_link_code_create() -> Response:
    """Link and digits together, in any browser; what another browser said is asked about first."""
    form = LinkCodeForm(request.form)
    if not form.validate():
        return invalid("portal/sign_in/elsewhere.html", form=form)
    try:
        found = redeem_link_with_code(
            transaction(),
            practice_id=practice().id,
            token=form.token.data or "",
            code=form.code.data or "",
            browser=this_browser(),
            network=network(),
            answer=form.answer.data,
        )
    except WrongCode as refusal:
        form.code.errors = [wrong_code_words(refusal)]
        return invalid("portal/sign_in/elsewhere.html", form=form)
    except TooOften as refusal:
        return too_many(refusal)
    except PutAway:
        return page("portal/sign_in/put_away.html")
    except (LinkSpent, NothingToOpen):
        return spent()
    if isinstance(found, Question):
        return page("portal/sign_in/is_this_you.html", form=form, question=found)
    if form.answer.data == NO:
        note(_("We put that request away. Nothing of it was kept in your record."))
    return arrived(found.token, found.location, hold_lost=found.hold_lost)
