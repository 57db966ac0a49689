"""A guest's page: the practice's name and the picture, and nothing about the patient."""

from flask import Response

from portal import blueprint
from shared.visits.company import LinkTaken, find_way_in, take_link
from shared.visits.states import Status
from shared.web.answers import invalid, page, to
from shared.web.current import browser_key, find_browser_key, practice, transaction
from shared.web.i18n import gettext as _
from shared.web.policy import requires
from shared.web.room_frame import frame_room

# The practitioner is there: before that nobody could let a guest in.
OPEN = frozenset({Status.PRACTITIONER_JOINED, Status.IN_PROGRESS, Status.DROPPED})


@blueprint.get("/guest/<token>")
@requires("visit.guest")
def guests_show(token: str) -> Response:
    """Before the press: one button. After it: the wait, then the picture."""
    try:
        found = find_way_in(
            transaction(), practice_id=practice().id, token=token, browser=find_browser_key()
        )
    except LinkTaken:
        return _spent()
    frame = None
    if found and found.room and found.room.guest_url and Status(found.status) in OPEN:
        code = f"g-{found.guest.id.hex}"
        frame = frame_room(found.room.guest_url, name=_who(found.guest.kind), external_id=code)
    return page("portal/guests/show.html", token=token, taken=found is not None, frame=frame)


@blueprint.get("/guest/<token>/wait")
@requires("visit.guest")
def guests_waiting(token: str) -> Response:
    """The wait alone, asked for again and again; leads on when the practitioner is there."""
    try:
        found = find_way_in(
            transaction(), practice_id=practice().id, token=token, browser=find_browser_key()
        )
    except LinkTaken:
        return to("portal.guests_show", token=token)
    if found is None or (found.room and Status(found.status) in OPEN):
        return to("portal.guests_show", token=token)
    return page("portal/guests/_wait.html", token=token)


@blueprint.post("/guest/<token>")
@requires("visit.guest")
def guests_create(token: str) -> Response:
    """This browser is the guest's from now on."""
    try:
        take_link(transaction(), practice_id=practice().id, token=token, browser=browser_key())
    except LinkTaken:
        return _spent()
    return to("portal.guests_show", token=token)


def _who(kind: str) -> str:
    """What the others in the room read."""
    said = {"interpreter": _("Interpreter"), "family": _("Family"), "colleague": _("Colleague")}
    return said.get(kind, _("Guest"))


def _spent() -> Response:
    return invalid("portal/guests/spent.html", status=410)
