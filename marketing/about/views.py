"""The doctors: their way here, how they work, what they say themselves."""

from flask import Response

from marketing import blueprint
from marketing.about.presenters import present_doctor
from marketing.facts.practice import facts
from marketing.frame import make_frame, practice_data, show, text_page
from marketing.machines.structured import physician
from shared.web.policy import requires


@blueprint.get("/about")
@requires("public.read")
def about_index() -> Response:
    known, entry = facts(), text_page("about")
    data = [practice_data(known), *(physician(known, each) for each in known.doctors)]
    return show(
        "marketing/about/index.html",
        make_frame(entry, "/about", data=data),
        entry=entry,
        doctors=[present_doctor(each, entry.about) for each in known.doctors],
    )
