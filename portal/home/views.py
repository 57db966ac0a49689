"""The portal's first page."""

from flask import Response

from portal import blueprint
from portal.appointments.presenters import present_all
from shared import booking
from shared.access.appointments import list_upcoming
from shared.access.patients import access_patient
from shared.web.answers import page
from shared.web.current import transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import take_notice


@blueprint.get("/")
@requires("portal.home")
def home_index() -> Response:
    """One next thing: a time to pay for, the next visit, or a first booking."""
    upcoming = present_all(list_upcoming(transaction(), viewer=viewer(), limit=4))
    held = next((each for each in upcoming if each.held_until), None)
    booked = [each for each in upcoming if each.status != "pending"]
    return page(
        "portal/home/index.html",
        name=_given_name(),
        notice=take_notice(),
        held=held,
        next_visit=booked[0] if booked else None,
        later=booked[1:],
        kinds=booking.list_visit_types(transaction(), practice_id=viewer().practice_id),
    )


def _given_name() -> str:
    patient_id = viewer().patient_id
    if patient_id is None:
        return ""
    return access_patient(transaction(), viewer=viewer(), patient_id=patient_id).given_name
