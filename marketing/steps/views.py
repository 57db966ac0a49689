"""From the first press to the summary afterwards."""

from flask import Response

from marketing import blueprint
from marketing.frame import make_frame, show, text_page
from shared.web.policy import requires


@blueprint.get("/how-it-works")
@requires("public.read")
def steps_index() -> Response:
    entry = text_page("how-it-works")
    return show("marketing/steps/index.html", make_frame(entry, "/how-it-works"), entry=entry)
