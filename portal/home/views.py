"""The portal's first page."""

from typing import TYPE_CHECKING

from flask import Response

from portal import blueprint
from portal.appointments.presenters import Shown, present_all
from portal.home.presenters import Next, present_next, present_ways
from portal.reader import own_zone
from shared import booking
from shared.access.appointments import list_upcoming
from shared.access.front import read_front
from shared.visits.arriving import is_open
from shared.web.answers import page
from shared.web.current import transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import take_notice
from shared.web.states import state_names

if TYPE_CHECKING:
    from shared.access.appointments import Visit

LOOKED_AHEAD = 4


@blueprint.get("/")
@requires("portal.home")
def home_index() -> Response:
    """One next thing: a time to pay for, an address to mend, the next visit, a first booking."""
    front = read_front(transaction(), viewer=viewer())
    found = list_upcoming(transaction(), viewer=viewer(), limit=LOOKED_AHEAD)
    upcoming = present_all(found)
    booked = [each for each in upcoming if each.status != "pending"]
    return page(
        "portal/home/index.html",
        name=front.patient.called if front.patient else "",
        notice=take_notice(),
        held=next((each for each in upcoming if each.held_until), None),
        no_mail=front.no_mail,
        next=_next(found, booked),
        ways=present_ways(booked, front, front.patient.time_zone if front.patient else own_zone()),
        kinds=booking.list_visit_types(transaction(), practice_id=viewer().practice_id),
    )


def _next(found: "list[Visit]", booked: list[Shown]) -> Next | None:
    """The next visit with what cancelling it means and where to be."""
    if not booked:
        return None
    [appointment] = [one.appointment for one in found if one.appointment.id == booked[0].id]
    terms = booking.terms_of(transaction(), appointment=appointment)
    return present_next(
        booked[0],
        terms,
        state_names([appointment.state]) if appointment.state else "",
        is_open=is_open(appointment),
    )
