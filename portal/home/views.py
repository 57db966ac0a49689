"""The portal's first page."""

from typing import TYPE_CHECKING

from flask import Response

from portal import blueprint
from portal.appointments.presenters import Shown, present_all
from portal.home.presenters import Next, present_next, present_ways
from portal.reader import own_zone
from shared import booking
from shared.access.addresses import why_no_mail
from shared.access.appointments import list_upcoming
from shared.access.dispatches import list_sent_to_viewer
from shared.access.errors import NotFound
from shared.access.patients import access_own_patient
from shared.checkout.listing import find_last_payment
from shared.web.answers import page
from shared.web.current import transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import take_notice
from shared.web.states import state_names

if TYPE_CHECKING:
    from shared.access.appointments import Visit
    from shared.checkout.listing import Paid
    from shared.models.dispatch import Dispatch
    from shared.models.patient import Patient

LOOKED_AHEAD = 4


@blueprint.get("/")
@requires("portal.home")
def home_index() -> Response:
    """One next thing: a time to pay for, an address to mend, the next visit, a first booking."""
    patient = _patient()
    found = list_upcoming(transaction(), viewer=viewer(), limit=LOOKED_AHEAD)
    upcoming = present_all(found)
    booked = [each for each in upcoming if each.status != "pending"]
    return page(
        "portal/home/index.html",
        name=patient.called if patient else "",
        notice=take_notice(),
        held=next((each for each in upcoming if each.held_until), None),
        no_mail=_why_no_mail(patient),
        next=_next(found, booked),
        ways=present_ways(booked, *_latest(), patient.time_zone if patient else own_zone()),
        kinds=booking.list_visit_types(transaction(), practice_id=viewer().practice_id),
    )


def _patient() -> "Patient | None":
    try:
        return access_own_patient(transaction(), viewer=viewer())
    except NotFound:
        return None


def _why_no_mail(patient: "Patient | None") -> str | None:
    if patient is None:
        return None
    return why_no_mail(transaction(), viewer=viewer(), email_bidx=patient.email_bidx)


def _next(found: "list[Visit]", booked: list[Shown]) -> Next | None:
    """The next visit with what cancelling it means and where to be."""
    if not booked:
        return None
    [appointment] = [one.appointment for one in found if one.appointment.id == booked[0].id]
    terms = booking.terms_of(transaction(), appointment=appointment)
    return present_next(
        booked[0], terms, state_names([appointment.state]) if appointment.state else ""
    )


def _latest() -> "tuple[list[Dispatch], Paid | None]":
    """The last message and the last payment."""
    return (
        list_sent_to_viewer(transaction(), viewer=viewer(), limit=1),
        find_last_payment(transaction(), viewer=viewer()),
    )
