"""Phone, mail, post; which of them for what."""

from flask import Response

from marketing import blueprint
from marketing.facts.practice import facts
from marketing.facts.words import plain_words
from marketing.frame import make_frame, practice_data, show, text_page
from shared.web.policy import requires


@blueprint.get("/contact")
@requires("public.read")
def contact_index() -> Response:
    known, entry = facts(), text_page("contact")
    frame = make_frame(entry, "/contact", data=[practice_data(known)])
    return show("marketing/contact/index.html", frame, entry=entry, words=plain_words(known))
