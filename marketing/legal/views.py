"""Privacy, terms, notice of privacy practices, consent, text messages, accessibility."""

from flask import Response

from marketing import blueprint
from marketing.frame import make_frame, show, text_page
from shared.web.policy import requires


@blueprint.get("/privacy")
@requires("public.read")
def legal_privacy() -> Response:
    return show_legal("privacy")


@blueprint.get("/terms")
@requires("public.read")
def legal_terms() -> Response:
    return show_legal("terms")


@blueprint.get("/notice-of-privacy-practices")
@requires("public.read")
def legal_notice() -> Response:
    return show_legal("notice-of-privacy-practices")


@blueprint.get("/accessibility")
@requires("public.read")
def legal_accessibility() -> Response:
    return show_legal("accessibility")


@blueprint.get("/telehealth-consent")
@requires("public.read")
def legal_consent() -> Response:
    return show_legal("telehealth-consent")


@blueprint.get("/text-messages")
@requires("public.read")
def legal_texts() -> Response:
    return show_legal("text-messages")


def show_legal(name: str) -> Response:
    """A long text with its contents beside it."""
    entry = text_page(name)
    return show("marketing/legal/show.html", make_frame(entry, f"/{name}"), entry=entry)
