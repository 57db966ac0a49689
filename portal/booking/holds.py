"""Holding a time, and saying who one is."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, abort, request

from portal import blueprint
from portal.booking.answers import refusal_words
from portal.booking.forms import DetailsForm, HoldForm, WhereForm, read_date
from portal.booking.presenters import choose_reader, present_choice
from portal.booking.views import find_visit
from shared import booking, clock
from shared.access.appointments import Visit, access_hold, access_visit
from shared.access.patients import access_patient
from shared.booking.keeping import extend_for_sign_in
from shared.keyring import normalise_phone
from shared.onboarding import PersonDetails, TooOften, begin_sign_in
from shared.people import clean_name
from shared.web.answers import invalid, page, to
from shared.web.current import browser_key, practice, transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import network, wait_a_while

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
    try:
        held = booking.hold_slot(
            transaction(),
            visit_type=visit,
            starts_at=starts_at,
            by=viewer(),
            time_zone=reader.zone,
        )
        _note_home(held, visit)
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
        return _ask(held, DetailsForm())
    if held.appointment.state is None:
        return page("portal/booking/where.html", held=held, form=WhereForm())
    return to("portal.payments_new", appointment_id=hold_id)


@blueprint.post("/holds/<uuid:hold_id>/details")
@requires("booking.hold")
def holds_details_create(hold_id: UUID) -> Response:
    """Take down who it is, and send the mail that proves the address."""
    held = access_hold(transaction(), viewer=viewer(), appointment_id=hold_id)
    if not booking.is_live(held.appointment):
        return invalid("portal/booking/gone.html", status=409, held=held)
    if viewer().patient_id is not None:
        return to("portal.holds_show", hold_id=hold_id)
    form = DetailsForm(request.form)
    if not form.validate() or not _note_state(held, form):
        return _ask(held, form, status=422)
    extend_for_sign_in(transaction(), appointment=held.appointment, by=viewer())
    try:
        attempt_id = begin_sign_in(
            transaction(),
            practice=practice(),
            email=form.email.data or "",
            browser=browser_key(),
            network=network(),
            hold_id=hold_id,
            details=_details(form, held),
        )
    except TooOften as refusal:
        return wait_a_while(_ask(held, form, too_often=True), refusal.retry_after)
    return to("portal.sign_in_show", attempt_id=attempt_id)


@blueprint.post("/holds/<uuid:hold_id>/whereabouts")
@requires("booking.hold")
def holds_whereabouts_create(hold_id: UUID) -> Response:
    """Where a patient we know will be, when that is not home."""
    held = access_hold(transaction(), viewer=viewer(), appointment_id=hold_id)
    form = WhereForm(request.form)
    if not form.validate() or not _note_state(held, form):
        return invalid("portal/booking/where.html", held=held, form=form)
    return to("portal.payments_new", appointment_id=hold_id)


@blueprint.post("/holds/<uuid:hold_id>/release")
@requires("booking.hold")
def holds_release(hold_id: UUID) -> Response:
    """Let the time go and choose another."""
    held = access_hold(transaction(), viewer=viewer(), appointment_id=hold_id)
    booking.release_hold(transaction(), appointment=held.appointment, by=viewer())
    return to("portal.booking_show", slug=held.visit_type.slug)


def _ask(held: Visit, form: DetailsForm, *, status: int = 200, too_often: bool = False) -> Response:
    template = "portal/booking/details.html"
    return invalid(template, status=status, held=held, form=form, too_often=too_often)


def _note_state(held: Visit, form: WhereForm) -> bool:
    """False, with the reason at the field, where the practice may not see people."""
    try:
        booking.note_whereabouts(
            transaction(), appointment=held.appointment, state=form.state.data or "", by=viewer()
        )
    except booking.SlotRefused as refused:
        form.state.errors = [refusal_words(refused.refusal)]
        return False
    return True


def _note_home(held: "Appointment", visit: "VisitType") -> None:
    """A patient we know is at home, unless that is no state of this visit: then we ask."""
    patient_id = viewer().patient_id
    if patient_id is None or held.state is not None:
        return
    patient = access_patient(transaction(), viewer=viewer(), patient_id=patient_id)
    if patient.state in visit.states:
        booking.note_whereabouts(transaction(), appointment=held, state=patient.state, by=viewer())


def _details(form: DetailsForm, held: Visit) -> PersonDetails:
    born = read_date(form.birth_date.data or "")
    if born is None:
        raise AssertionError("the form was validated")
    return PersonDetails(
        given_name=clean_name(form.given_name.data or ""),
        family_name=clean_name(form.family_name.data or ""),
        birth_date=born,
        phone=normalise_phone(form.phone.data or ""),
        state=form.state.data or "",
        time_zone=held.appointment.patient_time_zone,
    )


def _read_moment(written: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written or "")
    except ValueError:
        return None
    if moment.tzinfo is None or abs(moment - clock.now()) > FARTHEST:
        return None
    return moment
