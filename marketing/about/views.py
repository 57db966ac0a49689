"""The doctors and the practice's promise about privacy."""

from flask import Response

from marketing import blueprint
from marketing.about.presenters import present_contact, present_doctor
from shared.practices.directory import list_practitioners
from shared.web.answers import page
from shared.web.current import practice, transaction
from shared.web.policy import requires


@blueprint.get("/about")
@requires("public.read")
def about_index() -> Response:
    found = list_practitioners(transaction(), practice_id=practice().id)
    return page(
        "marketing/about/index.html",
        doctors=[present_doctor(each) for each in found],
        contact=present_contact(practice()),
    )


@blueprint.get("/privacy")
@requires("public.read")
def privacy_show() -> Response:
    return page("marketing/about/privacy.html")
