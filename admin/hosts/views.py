"""The addresses of the practice: added, made the main one, given up. Each needs a fresh proof."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from admin import blueprint
from admin.hosts.forms import FACES, PROBLEMS, HostForm
from admin.settings.presenters import waiting_words
from shared.configuration import AlreadyPending, propose_change, waiting
from shared.configuration.host_names import (
    MAIN_ADDRESS,
    HostRefused,
    add_host,
    end_host,
    find_host,
    list_host_names,
    make_primary,
)
from shared.practices.opening import is_open
from shared.web.answers import invalid, page, to
from shared.web.current import practice_id, transaction, viewer
from shared.web.pipeline import forget_practices
from shared.web.policy import requires
from shared.web.signing_in import ask_fresh, note, take_notice


@blueprint.get("/settings/hosts")
@requires("settings.manage")
def hosts_index() -> Response:
    """Every name in force, by face."""
    return page("admin/hosts/index.html", form=HostForm(), notice=take_notice(), **_shown())


@blueprint.post("/settings/hosts")
@requires("settings.manage")
def hosts_create() -> Response:
    """One more name, from the next request on."""
    form = HostForm(request.form)
    if not form.validate():
        return invalid("admin/hosts/index.html", form=form, **_shown())
    ask_fresh()
    try:
        row = add_host(transaction(), host=form.host.data or "", face=form.face.data, by=viewer())
    except HostRefused as refusal:
        form.host.errors = [PROBLEMS[refusal.problem]]
        return invalid("admin/hosts/index.html", form=form, **_shown())
    forget_practices()
    note(_("%(host)s leads to this practice from now on.", host=row.host))
    return to("admin.hosts_index")


@blueprint.get("/settings/hosts/<uuid:host_id>/primary/new")
@requires("settings.manage")
def hosts_edit(host_id: UUID) -> Response:
    """Ask once, and say what a new main address means."""
    ask_fresh()
    host = find_host(transaction(), host_id=host_id, practice_id=practice_id())
    opened = is_open(transaction(), practice_id=practice_id())
    return page("admin/hosts/primary.html", host=host, faces=FACES, opened=opened)


@blueprint.post("/settings/hosts/<uuid:host_id>/primary")
@requires("settings.manage")
def hosts_update(host_id: UUID) -> Response:
    """Wish for links of this name; before the practice is opened, have them at once."""
    ask_fresh()
    host = find_host(transaction(), host_id=host_id, practice_id=practice_id())
    if host.primary:
        return to("admin.hosts_index")
    if not is_open(transaction(), practice_id=practice_id()):
        make_primary(transaction(), host_id=host_id, by=viewer())
        forget_practices()
        note(_("%(host)s is the main address now.", host=host.host))
        return to("admin.hosts_index")
    wish = {"host_id": str(host_id)}
    try:
        change = propose_change(transaction(), kind=MAIN_ADDRESS, values=wish, by=viewer())
    except AlreadyPending:
        refusal = _("Another change is waiting. Confirm or withdraw that one first.")
        return invalid("admin/hosts/index.html", form=HostForm(), refusal=refusal, **_shown())
    note(waiting_words(change.effective_at))
    return to("admin.hosts_index")


@blueprint.post("/settings/hosts/<uuid:host_id>/end")
@requires("settings.manage")
def hosts_destroy(host_id: UUID) -> Response:
    """Give a name up: it leads nowhere from now on."""
    ask_fresh()
    here = urlsplit(f"//{request.host}").hostname or ""
    try:
        row = end_host(transaction(), host_id=host_id, by=viewer(), asked_at=here)
    except HostRefused as refusal:
        words = PROBLEMS[refusal.problem]
        return invalid("admin/hosts/index.html", form=HostForm(), refusal=words, **_shown())
    forget_practices()
    note(_("%(host)s no longer leads to this practice.", host=row.host))
    return to("admin.hosts_index")


def _shown() -> dict[str, Any]:
    found = list_host_names(transaction(), practice_id=practice_id())
    stands = waiting(transaction(), kind=MAIN_ADDRESS, viewer=viewer())
    wish = stands.pending.proposal.get("host_id") if stands.pending else None
    wished = [(FACES[one.face], one.host) for one in found if str(one.id) == wish]
    return {
        "groups": [(FACES[face], [one for one in found if one.face == face]) for face in FACES],
        "found": stands,
        "wished": wished,
        "wished_id": wish,
    }
