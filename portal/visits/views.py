"""A visit's own address: it leads to where the patient belongs now."""

from uuid import UUID

from flask import Response

from portal import blueprint
from portal.visits.standing import find_standing, lead_on
from shared import booking
from shared.visits.arriving import leave_line
from shared.visits.attending import opens_at
from shared.visits.errors import VisitRefused
from shared.web.answers import page, to
from shared.web.current import transaction, viewer
from shared.web.policy import requires


@blueprint.get("/appointments/<uuid:appointment_id>/visit")
@requires("visit.attend")
def visits_show(appointment_id: UUID) -> Response:
    """Too early: when to come. Over: what happens next. Else on to the step that is due."""
    standing = find_standing(appointment_id)
    if standing.place == "early":
        opens = opens_at(standing.booked.appointment)
        return page("portal/visits/early.html", standing=standing, opens_at=opens)
    if standing.place == "after":
        return page("portal/visits/after.html", standing=standing, visit=standing.visit)
    return lead_on(standing)


@blueprint.post("/appointments/<uuid:appointment_id>/visit/departure")
@requires("visit.attend")
def departures_create(appointment_id: UUID) -> Response:
    """The patient was kept waiting and leaves: cancelled, by the rules that are shown."""
    standing = find_standing(appointment_id)
    try:
        leave_line(
            transaction(),
            appointment=standing.booked.appointment,
            visit=standing.opened,
            by=viewer(),
        )
    except (booking.CannotCancel, VisitRefused):
        return lead_on(standing)
    return to("portal.appointments_show", appointment_id=appointment_id)
