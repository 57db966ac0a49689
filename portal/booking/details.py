"""Saying who one is, and where one will be."""

from uuid import UUID

from flask import Response, request

from portal import blueprint
from portal.booking.forms import DetailsForm, ReturningForm, WhereForm, read_date
from portal.booking.refusals import refusal_words
from shared import booking
from shared.access.appointments import Visit, access_hold, access_visit
from shared.booking.keeping import extend_for_sign_in
from shared.keyring import normalise_phone
from shared.onboarding import PersonDetails, TooOften, begin_sign_in
from shared.people import clean_name
from shared.web.answers import invalid, to
from shared.web.current import browser_key, practice, transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import network, wait_a_while


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
        return ask_details(held, form, status=422)
    try:
        return _send_mail(held, form.email.data or "", _details(form, held))
    except TooOften as refusal:
        return wait_a_while(ask_details(held, form, too_often=True), refusal.retry_after)


@blueprint.post("/holds/<uuid:hold_id>/returning")
@requires("booking.hold")
def holds_returning_create(hold_id: UUID) -> Response:
    """Somebody who has been here before types an address; the rest we know."""
    held = access_hold(transaction(), viewer=viewer(), appointment_id=hold_id)
    if not booking.is_live(held.appointment):
        return invalid("portal/booking/gone.html", status=409, held=held)
    form = ReturningForm(request.form, prefix="known-")
    if not form.validate() or not _note_state(held, form):
        return ask_details(held, DetailsForm(), returning=form, status=422)
    try:
        return _send_mail(held, form.email.data or "", None)
    except TooOften as refusal:
        answer = ask_details(held, DetailsForm(), returning=form, too_often=True)
        return wait_a_while(answer, refusal.retry_after)


@blueprint.post("/holds/<uuid:hold_id>/whereabouts")
@requires("booking.hold")
def holds_whereabouts_create(hold_id: UUID) -> Response:
    """Where a patient we know will be, when that is not home."""
    held = access_hold(transaction(), viewer=viewer(), appointment_id=hold_id)
    form = WhereForm(request.form)
    if not form.validate() or not _note_state(held, form):
        return invalid("portal/booking/where.html", held=held, form=form)
    return to("portal.payments_new", appointment_id=hold_id)


@blueprint.errorhandler(booking.HoldGone)
def hold_gone(_: booking.HoldGone) -> Response:
    """The time was let go of, or ran out, while the form was on its way: choose another."""
    hold_id = (request.view_args or {})["hold_id"]
    held = access_visit(transaction(), viewer=viewer(), appointment_id=hold_id)
    return invalid("portal/booking/gone.html", status=409, held=held)


def ask_details(
    held: Visit,
    form: DetailsForm,
    *,
    returning: ReturningForm | None = None,
    status: int = 200,
    too_often: bool = False,
) -> Response:
    """The page that asks; `returning` is the form to mend when that one was sent."""
    return invalid(
        "portal/booking/details.html",
        status=status,
        held=held,
        form=returning or form,
        details=form,
        returning=returning or ReturningForm(prefix="known-"),
        too_often=too_often,
    )


def _send_mail(held: Visit, email: str, details: PersonDetails | None) -> Response:
    """Prove the address; the hold waits for the mail. Raises TooOften."""
    extend_for_sign_in(transaction(), appointment=held.appointment, by=viewer())
    attempt_id = begin_sign_in(
        transaction(),
        practice=practice(),
        email=email,
        browser=browser_key(),
        network=network(),
        hold_id=held.appointment.id,
        details=details,
    )
    return to("portal.sign_in_show", attempt_id=attempt_id)


def _note_state(held: Visit, form: WhereForm | ReturningForm | DetailsForm) -> bool:
    """False, with the reason at the field, where the practice may not see people."""
    try:
        booking.note_whereabouts(
            transaction(), appointment=held.appointment, state=form.state.data or "", by=viewer()
        )
    except booking.SlotRefused as refused:
        form.state.errors = [refusal_words(refused.refusal)]
        return False
    return True


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
