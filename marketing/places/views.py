"""A page for each city and state that has something of its own to say."""

from flask import Response, abort

from marketing import blueprint
from marketing.facts.practice import facts
from marketing.facts.words import fill, prose
from marketing.frame import (
    Crumb,
    make_frame,
    page_slug,
    practice_data,
    show,
    shown_places,
    text_page,
)
from marketing.machines.structured import questions
from marketing.visits.calendar import next_times
from marketing.visits.presenters import present_offer
from shared.web.i18n import gettext as _
from shared.web.policy import requires
from shared.web.states import state_name


@blueprint.get("/locations")
@requires("public.read")
def places_index() -> Response:
    entry = text_page("locations")
    return show("marketing/places/index.html", make_frame(entry, "/locations"), entry=entry)


@blueprint.get("/locations/<slug>")
@requires("public.read")
def places_show(slug: str) -> Response:
    known, origin = facts(), page_slug()
    place = next((each for each in shown_places() if each.slug == slug), None)
    if place is None:
        abort(404)
    visits = [each for each in known.visits if place.about.state in each.states]
    asked = [(fill(each.question), prose(each.answer).text) for each in place.about.questions]
    frame = make_frame(
        place,
        f"/locations/{slug}",
        above=[Crumb(_("Where we see people"), "/locations")],
        data=[practice_data(known), *([questions(asked)] if asked else [])],
    )
    return show(
        "marketing/places/show.html",
        frame,
        entry=place,
        state=state_name(place.about.state),
        offers=[present_offer(each, origin) for each in visits],
        times=next_times(known, visits[0], origin) if visits else None,
    )
