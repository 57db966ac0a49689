"""The kit on a page, and as a file to send along."""

from flask import Response

from admin import blueprint
from admin.toll_free.presenters import Answer, answers, samples
from shared.practices.hosts import canonical_url
from shared.web.answers import file_answer, page
from shared.web.current import practice, practice_id, settings, transaction
from shared.web.policy import requires

# What a practice of a few hundred patients sends; the form asks for a guess.
MONTHLY = 1000


@blueprint.get("/settings/toll-free")
@requires("settings.manage")
def toll_free_show() -> Response:
    """Each question with its answer."""
    asked, sent = _kit()
    return page(
        "admin/toll_free/show.html",
        answers=[(one.question, one.text) for one in asked],
        samples=[(one.question, one.text) for one in sent],
    )


@blueprint.get("/settings/toll-free.txt")
@requires("settings.manage")
def toll_free_file() -> Response:
    """The same as plain text."""
    asked, sent = _kit()
    lines = [f"{one.question}\n{one.text}\n" for one in (*asked, *sent)]
    return file_answer(
        "\n".join(lines).encode(),
        media_type="text/plain; charset=utf-8",
        filename="toll-free-kit.txt",
    )


def _kit() -> tuple[list[Answer], list[Answer]]:
    site, portal = (
        canonical_url(transaction(), settings(), practice_id=practice_id(), face=face)
        for face in ("marketing", "portal")
    )
    asked = answers(practice(), site=site, portal=portal, mails=MONTHLY)
    return asked, samples(practice(), portal=portal)
