"""Every mail on its own page, for eyes and audits; never in production.

The document may style itself, because mail does, and runs nothing: it is sandboxed.
"""

from flask import Flask, Response, abort, make_response

from shared.messaging.catalogue import UnknownTemplate
from shared.messaging.letterhead import Letterhead
from shared.messaging.samples import sample_message, sample_names
from shared.messaging.say import Message
from shared.web.answers import page
from shared.web.current import practice
from shared.web.policy import requires
from shared.web.security import extend_policy


def init_mail_page(app: Flask) -> None:
    """Add /_mail/ and one page a mail, as HTML and as text."""

    @requires("public.read")
    def mails_index() -> Response:
        found = [(name, sample_message(name, _letterhead()).subject) for name in sample_names()]
        return page("ui/mails.html", mails=found)

    @requires("public.read")
    def mails_show(name: str) -> Response:
        message = _sample(name)
        extend_policy(style_src="'unsafe-inline'", sandbox="allow-popups")
        return make_response(message.html)

    @requires("public.read")
    def mails_text(name: str) -> Response:
        message = _sample(name)
        response = make_response(f"Subject: {message.subject}\n\n{message.text}")
        response.mimetype = "text/plain"
        return response

    app.add_url_rule("/_mail/", "mails_index", mails_index)
    app.add_url_rule("/_mail/<name>", "mails_show", mails_show)
    app.add_url_rule("/_mail/<name>/text", "mails_text", mails_text)


def _sample(name: str) -> Message:
    try:
        return sample_message(name, _letterhead())
    except UnknownTemplate:
        abort(404)


def _letterhead() -> Letterhead:
    here = practice()
    return Letterhead(here.name, here.phone, here.brand)
