"""The kit on a page, and as a file to send along."""

from flask import Response

from admin import blueprint
from admin.toll_free.presenters import Answer, answers, drafts, gaps
from shared.practices.hosts import canonical_url
from shared.web.answers import file_answer, page
from shared.web.current import practice, practice_id, settings, transaction
from shared.web.i18n import gettext as _
from shared.web.policy import requires


@blueprint.get("/settings/toll-free")
@requires("settings.manage")
def toll_free_show() -> Response:
    """Each question with its answer, and those that have none yet."""
    return page(
        "admin/toll_free/show.html",
        **{name: [(one.question, one.text) for one in part] for name, (_title, part) in _kit()},
    )


@blueprint.get("/settings/toll-free.txt")
@requires("settings.manage")
def toll_free_file() -> Response:
    """The same as plain text."""
    parts = [
        f"== {title} ==\n\n" + "\n".join(f"{one.question}\n{one.text}\n" for one in part)
        for _name, (title, part) in _kit()
    ]
    return file_answer(
        "\n".join(parts).encode(),
        media_type="text/plain; charset=utf-8",
        filename="toll-free-kit.txt",
    )


def _kit() -> list[tuple[str, tuple[str, list[Answer]]]]:
    site, portal = (
        canonical_url(transaction(), settings(), practice_id=practice_id(), face=face)
        for face in ("marketing", "portal")
    )
    return [
        ("answers", (_("What can be answered"), answers(practice(), site=site))),
        ("gaps", (_("What cannot be answered yet"), gaps(portal=portal))),
        ("drafts", (_("Drafts of messages; none is sent"), drafts(practice(), portal=portal))),
    ]
