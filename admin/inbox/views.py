"""Dead letters: why, what about, their bones, and one press to try again. Owners only."""

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response
from flask_babel import gettext as _

from admin import blueprint
from admin.inbox.presenters import SOURCES, present_letter
from shared import clock
from shared.access.inbox import LETTER_SORTS, access_letter, list_dead_letters
from shared.inbound.anatomy import anatomy
from shared.inbound.retrying import retry_letter
from shared.web.answers import page, to
from shared.web.current import practice, transaction, viewer
from shared.web.formats import when
from shared.web.lists import Asked, read_list
from shared.web.policy import requires
from shared.web.signing_in import note, take_notice
from shared.web.spreadsheets import csv_answer

if TYPE_CHECKING:
    from shared.models.inbox import Inbox

MOST_EXPORTED = 5000


@blueprint.get("/inbox")
@requires("inbox.manage")
def inbox_index() -> Response:
    """What could not be applied, newest first, or as the address orders it."""
    asked = read_asked()
    shown = asked.shown(read_letters(asked))
    return page(
        "admin/inbox/index.html",
        listing=shown,
        letters=[present_letter(row) for row in shown.rows],
        sources=[(key, str(words)) for key, words in SOURCES.items()],
        notice=take_notice(),
    )


@blueprint.get("/inbox/export")
@requires("inbox.manage")
def inbox_export() -> Response:
    """The same as a file; it names nobody."""
    asked = replace(read_asked(), number=1, size=MOST_EXPORTED)
    zone = practice().time_zone
    letters = [present_letter(row) for row in read_letters(asked)]
    return csv_answer(
        f"dead-letters-{clock.today(zone).isoformat()}",
        [_("Arrived"), _("From"), _("About"), _("Vendor's name for it"), _("Why"), _("Tries")],
        [
            (when(one.received_at, zone), one.source, one.about, one.kind, one.reason, one.attempts)
            for one in letters
        ],
    )


@blueprint.get("/inbox/<uuid:inbox_id>")
@requires("inbox.manage")
def inbox_show(inbox_id: UUID) -> Response:
    """One letter: its fields and ids, never what it says of anybody."""
    row = access_letter(transaction(), viewer=viewer(), inbox_id=inbox_id)
    return page("admin/inbox/show.html", letter=present_letter(row), bones=anatomy(row.body))


@blueprint.post("/inbox/<uuid:inbox_id>/retry")
@requires("inbox.manage")
def inbox_update(inbox_id: UUID) -> Response:
    """Hand it back to be applied."""
    retry_letter(transaction(), inbox_id=inbox_id, by=viewer())
    note(_("It is being tried again. If it fails once more, it comes back to this list."))
    return to("admin.inbox_index")


def read_asked() -> Asked:
    """How the address orders the list, and whose letters it wants."""
    return read_list(LETTER_SORTS, default="-when", filters={"from": SOURCES})


def read_letters(asked: Asked) -> "list[Inbox]":
    """The rows of the list."""
    return list_dead_letters(
        transaction(),
        viewer=viewer(),
        source=asked.chosen.get("from"),
        sort=asked.sort,
        descending=asked.descending,
        **asked.window,
    )
