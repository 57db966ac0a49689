"""Prices from the same rows that are charged."""

from flask import Response

from marketing import blueprint
from marketing.facts.practice import facts
from marketing.facts.words import fill, prose
from marketing.frame import make_frame, page_slug, practice_data, show, text_page
from marketing.machines.structured import questions
from marketing.visits.presenters import present_offer
from shared.web.policy import requires


@blueprint.get("/pricing")
@requires("public.read")
def pricing_index() -> Response:
    known, entry = facts(), text_page("pricing")
    asked = [(fill(each.question), prose(each.answer).text) for each in entry.about.questions]
    data = [practice_data(known), *([questions(asked)] if asked else [])]
    return show(
        "marketing/pricing/index.html",
        make_frame(entry, "/pricing", data=data),
        entry=entry,
        offers=[present_offer(each, page_slug()) for each in known.visits],
    )
