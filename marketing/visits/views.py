"""One kind of visit: what it is, what it costs, when it can be had."""

from flask import Response, abort

from marketing import blueprint
from marketing.visits.presenters import present_offer, present_times
from shared.booking.errors import NoSuchVisit
from shared.booking.offers import get_visit_type
from shared.booking.times import find_next_times
from shared.web.answers import page
from shared.web.current import practice, transaction
from shared.web.policy import requires

TIMES_ASKED = 60


@blueprint.get("/visits/<slug>")
@requires("public.read")
def visits_show(slug: str) -> Response:
    try:
        visit_type = get_visit_type(transaction(), practice_id=practice().id, slug=slug)
    except NoSuchVisit:
        abort(404)
    offer = present_offer(visit_type)
    times = find_next_times(transaction(), visit_type=visit_type, count=TIMES_ASKED)
    shown = present_times(offer, times, practice().time_zone)
    return page("marketing/visits/show.html", offer=offer, times=shown)
