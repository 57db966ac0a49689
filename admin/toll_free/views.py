"""The kit on a page and as files to send along; and asking patients for their agreement."""

import json

from flask import Response, request

from admin import blueprint
from admin.toll_free.presenters import Answer, answers, opt_in, samples
from shared.practices.editing import update_practice
from shared.practices.hosts import canonical_url
from shared.web.answers import file_answer, page, to
from shared.web.current import practice, practice_id, settings, transaction, viewer
from shared.web.i18n import gettext as _
from shared.web.pipeline import forget_practices
from shared.web.policy import requires
from shared.web.signing_in import note, take_notice

# What the pictures show of the practice; a logo is a file, and stays here.
SHOWN = ("name", "legal_name", "phone", "email", "brand")


@blueprint.get("/settings/toll-free")
@requires("settings.manage")
def toll_free_show() -> Response:
    """Each question with its answer, and whether patients are asked."""
    return page(
        "admin/toll_free/show.html",
        asks=practice().asks_about_texts,
        notice=take_notice(),
        **{name: [(one.question, one.text) for one in part] for name, (_title, part) in _kit()},
    )


@blueprint.post("/settings/toll-free")
@requires("settings.manage")
def toll_free_update() -> Response:
    """Ask patients for their agreement from now on, or no longer."""
    asks = request.form.get("asks") == "yes"
    changed = update_practice(transaction(), values={"asks_about_texts": asks}, by=viewer())
    forget_practices()
    if changed:
        note(_("Patients are asked in their profile.") if asks else _("Nobody is asked any more."))
    return to("admin.toll_free_show")


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


@blueprint.get("/settings/toll-free.json")
@requires("settings.manage")
def toll_free_pictures() -> Response:
    """What `python -m tools.opt_in` makes the pictures from."""
    here = practice()
    shown = {name: getattr(here, name) for name in SHOWN}
    shown["brand"] = {name: value for name, value in here.brand.items() if name != "logo"}
    return file_answer(
        json.dumps(shown, indent=1).encode(),
        media_type="application/json",
        filename="toll-free-pictures.json",
    )


def _kit() -> list[tuple[str, tuple[str, list[Answer]]]]:
    site, portal = (
        canonical_url(transaction(), settings(), practice_id=practice_id(), face=face)
        for face in ("marketing", "portal")
    )
    return [
        ("answers", (_("What to write"), answers(practice(), site=site))),
        ("opt_in", (_("How people agree"), opt_in(practice(), portal=portal))),
        ("samples", (_("Sample messages; none is sent yet"), samples(practice(), portal=portal))),
    ]
