"""Dead letters: why, what about, their bones, and one press to try again. Owners only."""

from uuid import UUID

from flask import Response
from flask_babel import gettext as _

from admin import blueprint
from admin.inbox.presenters import present_letter
from shared.access.inbox import access_letter, list_dead_letters
from shared.inbound.anatomy import anatomy
from shared.inbound.retrying import retry_letter
from shared.web.answers import page, to
from shared.web.current import transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import note, take_notice


@blueprint.get("/inbox")
@requires("inbox.manage")
def inbox_index() -> Response:
    """What could not be applied, newest first."""
    rows = list_dead_letters(transaction(), viewer=viewer())
    letters = [present_letter(row) for row in rows]
    return page("admin/inbox/index.html", letters=letters, notice=take_notice())


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
