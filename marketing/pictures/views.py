"""The pictures, kept by whoever fetched one: another page or brand has another address."""

from flask import Response, abort, make_response

from marketing import blueprint
from marketing.facts.practice import facts
from marketing.pictures.address import read_words
from marketing.pictures.drawing import draw_picture
from shared.web.brand import Brand
from shared.web.i18n import gettext as _
from shared.web.policy import requires
from shared.web.states import state_names

FOR_EVER = "public, max-age=31536000, immutable"


@blueprint.get("/og/<name>.png")
@requires("public.read")
def pictures_show(name: str) -> Response:
    """1200 x 630, in the practice's colours."""
    known = facts()
    packed, _dot, signature = name.partition(".")
    words = read_words(known, packed, signature)
    if words is None:
        abort(404)
    states = state_names(known.states)
    foot = _("Online doctor visits in %(states)s", states=states) if states else ""
    brand = Brand.from_mapping(known.practice.brand)
    response = make_response(draw_picture(brand, known.practice.name, words, foot))
    response.headers["Content-Type"] = "image/png"
    response.headers["Cache-Control"] = FOR_EVER
    return response
