"""Agreeing to text messages, and taking it back."""

from flask import Response, request

from portal import blueprint
from portal.profile.forms import TextsForm
from portal.visits.presenters import paragraphs
from shared.practices.hosts import canonical_url
from shared.profile.texting import OtherWords, agree_to_texts, read_text_agreement, stop_texts
from shared.web.answers import invalid, page, to
from shared.web.current import practice_id, settings, transaction, viewer
from shared.web.i18n import gettext as _
from shared.web.policy import requires
from shared.web.signing_in import note, take_notice


@blueprint.get("/profile/texts")
@requires("profile.read")
def texts_show() -> Response:
    """What one agreed to; or the text, with an empty box."""
    return _show(TextsForm())


@blueprint.post("/profile/texts")
@requires("profile.change")
def texts_create() -> Response:
    """Agree to what was shown."""
    form = TextsForm(request.form)
    if form.validate():
        try:
            agree_to_texts(
                transaction(),
                version=form.version.data or "",
                number=form.number.data or "",
                by=viewer(),
            )
        except OtherWords:
            form.agree.data = False
            form.agree.errors = [_("The text or your number has changed. Please read it again.")]
        else:
            note(_("You agreed to text messages. We send none before our number is approved."))
            return to("portal.texts_show")
    return _show(form)


@blueprint.post("/profile/texts/revocation")
@requires("profile.change")
def text_revocations_create() -> Response:
    """Take it back; once is enough, twice does no harm."""
    if stop_texts(transaction(), by=viewer()):
        note(_("You took it back. You get no text messages from us."))
    return to("portal.profile_index")


def _show(form: TextsForm) -> Response:
    agreement = read_text_agreement(transaction(), viewer=viewer())
    form.version.data, form.number.data = agreement.text.version, agreement.number
    answer = invalid if form.errors else page
    return answer(
        "portal/profile/texts.html",
        form=form,
        agreement=agreement,
        text=agreement.text,
        paragraphs=paragraphs(agreement.text),
        website=canonical_url(
            transaction(), settings(), practice_id=practice_id(), face="marketing"
        ),
        notice=take_notice(),
    )
