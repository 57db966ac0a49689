"""Questions and answers, by topic."""

from itertools import groupby

from flask import Response

from marketing import blueprint
from marketing.facts.words import fill, prose
from marketing.frame import make_frame, show, text_page
from marketing.machines.structured import questions
from shared.web.policy import requires


@blueprint.get("/faq")
@requires("public.read")
def faq_index() -> Response:
    entry = text_page("faq")
    asked = entry.about.questions
    order = list(dict.fromkeys(each.topic for each in asked))
    ordered = sorted(asked, key=lambda each: order.index(each.topic))
    data = questions([(fill(each.question), prose(each.answer).text) for each in asked])
    return show(
        "marketing/faq/index.html",
        make_frame(entry, "/faq", data=[data]),
        entry=entry,
        topics=[(topic, list(each)) for topic, each in groupby(ordered, lambda one: one.topic)],
    )
