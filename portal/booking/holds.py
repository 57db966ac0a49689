"""Holding a time, and letting it go."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, abort, request
from werkzeug.exceptions import TooManyRequests

from portal import blueprint
from portal.booking.details import ask_details
from portal.booking.forms import DetailsForm, HoldForm, WhereForm
from portal.booking.presenters import choose_reader, present_choice
from portal.booking.refusals import refusal_words
from portal.booking.views import find_visit
from shared import booking, clock
from shared.access.appointments import access_hold, access_visit
from shared.access.patients import access_patient
from shared.auth import limits
from shared.auth.errors import TooOften
from shared.web.answers import invalid, page, to
from shared.web.current import browser_key, practice, settings, transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import network

if TYPE_CHECKING:
    from shared.models.appointment import Appointment
    from shared.models.visit_type import VisitType

# Nothing is offered beyond; a time of the year 9999 breaks arithmetic, not only rules.
FARTHEST = timedelta(days=800)


@blueprint.post("/holds")
@requires("booking.hold")
def holds_create() -> Response:
    """Hold the time that was pressed; somebody quicker means three other times, not an error."""
    form = HoldForm(request.form)
    starts_at = _read_moment(form.starts_at.data)
    if not form.validate() or starts_at is None:
        abort(400)
    visit = find_visit(form.visit.data or "")
    reader = choose_reader(form.zone.data, practice().time_zone)
    if viewer().visitor is None and viewer().patient_id is None:
        browser_key()
        return to("portal.booking_show", slug=visit.slug, zone=reader.zone)
    count_hold()
    try:
        held = booking.hold_slot(
            transaction(),
            visit_type=visit,
            starts_at=starts_at,
            by=viewer(),
            time_zone=reader.zone,
        )
        _note_home(held, visit)
        origin = booking.read_origin(form.landing.data, form.via.data)
        if origin is not None:
            booking.note_origin(transaction(), appointment=held, origin=origin)
    except booking.SlotRefused as refused:
        others = refused.alternatives if isinstance(refused, booking.JustTaken) else []
        return invalid(
            "portal/booking/taken.html",
            status=409,
            visit=visit,
            reader=reader,
            wanted=starts_at,
            just_taken=isinstance(refused, booking.JustTaken),
            words=refusal_words(refused.refusal),
            choices=[present_choice(each, reader.zone) for each in others],
        )
    return to("portal.holds_show", hold_id=held.id)


@blueprint.get("/holds/<uuid:hold_id>")
@requires("booking.hold")
def holds_show(hold_id: UUID) -> Response:
    """Who are you? A patient who is signed in has said so: on to the payment."""
    held = access_visit(transaction(), viewer=viewer(), appointment_id=hold_id)
    if held.appointment.booked_at is not None:
        return to("portal.appointments_show", appointment_id=hold_id)
    if not booking.is_live(held.appointment):
        return page("portal/booking/gone.html", held=held)
    if viewer().patient_id is None:
        return ask_details(held, DetailsForm())
    if held.appointment.state is None:
        return page("portal/booking/where.html", held=held, form=WhereForm())
    return to("portal.payments_new", appointment_id=hold_id)


@blueprint.post("/holds/<uuid:hold_id>/release")
@requires("booking.hold")
def holds_release(hold_id: UUID) -> Response:
    """Let the time go and choose another."""
    held = access_hold(transaction(), viewer=viewer(), appointment_id=hold_id)
    booking.release_hold(transaction(), appointment=held.appointment, by=viewer())
    return to("portal.booking_show", slug=held.visit_type.slug)


def count_hold() -> None:
    """Strangers of one network hold a few times, not all of them; 429 beyond.

    In the sandbox everybody is on one machine, so nobody is counted.
    """
    if viewer().patient_id is not None or settings().sandbox:
        return
    try:
        limits.spend(transaction(), limits.HOLDS_FROM_NETWORK, limits.network_of(network()))
    except TooOften as refusal:
        raise TooManyRequests(retry_after=refusal.retry_after) from refusal


def _note_home(held: "Appointment", visit: "VisitType") -> None:
    """A patient we know is at home, unless that is no state of this visit: then we ask."""
    patient_id = viewer().patient_id
    if patient_id is None or held.state is not None:
        return
    patient = access_patient(transaction(), viewer=viewer(), patient_id=patient_id)
    if patient.state in visit.states:
        booking.note_whereabouts(transaction(), appointment=held, state=patient.state, by=viewer())


def _read_moment(written: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written or "")
    except ValueError:
        return None
    if moment.tzinfo is None or abs(moment - clock.now()) > FARTHEST:
        return None
    return moment
