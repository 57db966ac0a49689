"""The first page and robots.txt."""

from flask import Response, make_response

from marketing import blueprint
from marketing.home.presenters import present_home
from shared.booking.offers import list_visit_types
from shared.booking.times import find_next_times
from shared.practices.directory import list_practitioners
from shared.web.answers import page
from shared.web.current import practice, transaction
from shared.web.policy import requires

TIMES_ASKED = 60


@blueprint.get("/")
@requires("public.read")
def home_index() -> Response:
    visit_types = list_visit_types(transaction(), practice_id=practice().id)
    first = visit_types[0] if visit_types else None
    times = find_next_times(transaction(), visit_type=first, count=TIMES_ASKED) if first else []
    doctors = list_practitioners(transaction(), practice_id=practice().id)
    home = present_home(practice(), visit_types, times, doctors)
    return page("marketing/home/index.html", home=home)


@blueprint.get("/robots.txt")
@requires("public.read")
def robots_show() -> Response:
    response = make_response("User-agent: *\nDisallow: /portal/\nDisallow: /admin/\n")
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    return response
