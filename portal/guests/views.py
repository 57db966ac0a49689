"""A guest's page: the practice's name and the picture, and nothing about the patient."""

from typing import TYPE_CHECKING

from flask import Response, request

from portal import blueprint
from shared.visits.company import LinkElsewhere, LinkSpent, find_way_in, note_guest, take_link
from shared.visits.states import Status
from shared.web.answers import invalid, page, to
from shared.web.current import browser_key, find_browser_key, practice, transaction
from shared.web.i18n import gettext as _
from shared.web.policy import requires
from shared.web.room_frame import RoomFrame, frame_room

if TYPE_CHECKING:
    from shared.access.visit_guests import Invited

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
    except LinkSpent as refusal:
        return _spent(refusal)
    except LinkElsewhere as refusal:
        return page("portal/guests/elsewhere.html", token=token, is_there=refusal.is_there)
    return page(
        "portal/guests/show.html",
        token=token,
        taken=found is not None,
        frame=_frame(found),
        by_phone=_is_by_phone(found),
        place=_place(found),
    )


@blueprint.post("/guest/<token>")
@requires("visit.guest")
def guests_create(token: str) -> Response:
    """This browser holds the link from now on, unless another one is there just now."""
    try:
        take_link(transaction(), practice_id=practice().id, token=token, browser=browser_key())
    except LinkSpent as refusal:
        return _spent(refusal)
    except LinkElsewhere:
        return invalid("portal/guests/elsewhere.html", status=409, token=token, is_there=True)
    return to("portal.guests_show", token=token)


@blueprint.post("/guest/<token>/beat")
@requires("visit.guest")
def guest_beats_create(token: str) -> Response:
    """The guest's page is open; leads on when it is not the right page any more.

    Only an open page's script asks so; whoever sends every form they find is not there.
    """
    if request.headers.get("HX-Request") != "true":
        return to("portal.guests_show", token=token)
    try:
        found = note_guest(
            transaction(), practice_id=practice().id, token=token, browser=find_browser_key()
        )
    except (LinkSpent, LinkElsewhere):
        return to("portal.guests_show", token=token)
    if request.form.get("place") != _place(found):
        return to("portal.guests_show", token=token)
    return page(
        "portal/guests/_status.html",
        token=token,
        place=_place(found),
        by_phone=_is_by_phone(found),
    )


def _is_open(found: "Invited | None") -> bool:
    return bool(found and found.room and found.room.guest_url and Status(found.status) in OPEN)


def _is_by_phone(found: "Invited | None") -> bool:
    return found is not None and found.status == Status.CONVERTED_TO_PHONE


def _place(found: "Invited | None") -> str:
    """Where the guest's page belongs: before the call, or in one room and no other."""
    return str(found.room.id) if found and found.room and _is_open(found) else "waiting"


def _frame(found: "Invited | None") -> RoomFrame | None:
    if found is None or found.room is None or not found.room.guest_url or not _is_open(found):
        return None
    code = f"g-{found.guest.id.hex}"
    return frame_room(found.room.guest_url, name=_who(found.guest.kind), external_id=code)


def _who(kind: str) -> str:
    """What the others in the room read."""
    said = {"interpreter": _("Interpreter"), "family": _("Family"), "colleague": _("Colleague")}
    return said.get(kind, _("Guest"))


def _spent(refusal: LinkSpent) -> Response:
    return invalid("portal/guests/spent.html", status=410, is_over=refusal.is_over)
