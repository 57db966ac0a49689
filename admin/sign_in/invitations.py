"""The first time: an invitation's link, the digits from the same mail, ten recovery codes."""

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext

from admin import blueprint
from admin.sign_in.forms import InvitationForm
from admin.sign_in.views import too_often_words
from shared.auth.errors import LinkSpent, SignInRefused, TooOften, WrongCode
from shared.auth.staff_sign_in import join_by_invitation
from shared.web.answers import invalid, page, to
from shared.web.current import practice, transaction
from shared.web.policy import requires
from shared.web.signing_in import keep_session, network, this_browser, wait_a_while


@blueprint.get("/invitations/<token>")
@requires("sign_in")
def invitation_show(token: str) -> Response:
    """Type the digits to go on; the same page for every token, and nothing is read or written."""
    return page("admin/sign_in/invitation.html", form=InvitationForm(data={"token": token}))


@blueprint.post("/invitations")
@requires("sign_in")
def invitation_update() -> Response:
    """Accept: the account, its roles and a session; then the first sheet of recovery codes."""
    form = InvitationForm(request.form)
    if not form.validate():
        return invalid("admin/sign_in/invitation.html", form=form)
    try:
        joined = join_by_invitation(
            transaction(),
            practice_id=practice().id,
            token=form.token.data or "",
            code=form.code.data or "",
            browser=this_browser(),
            network=network(),
        )
    except WrongCode as refusal:
        form.code.errors = [_wrong_code_words(refusal)]
        return invalid("admin/sign_in/invitation.html", form=form)
    except TooOften as refusal:
        form.code.errors = [too_often_words(refusal)]
        response = page("admin/sign_in/invitation.html", form=form)
        return wait_a_while(response, refusal.retry_after)
    except (LinkSpent, SignInRefused):
        return invalid("admin/sign_in/invitation_spent.html", status=410)
    after = "admin.security_index" if joined.has_codes else "admin.security_codes_new"
    return keep_session(to(after), joined.token)


def _wrong_code_words(refusal: WrongCode) -> str:
    if refusal.tries_left == 0:
        return str(_("That code is wrong, and it was the last try. Ask for a new invitation."))
    return str(
        ngettext(
            "That code is wrong. You have %(num)d try left.",
            "That code is wrong. You have %(num)d tries left.",
            refusal.tries_left,
        )
    )
