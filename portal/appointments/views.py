"""The patient's visits: the list, one of them, its calendar file, and cancelling."""

from datetime import datetime
from uuid import UUID

from flask import Response, request

from portal import blueprint
from portal.appointments.presenters import (
    cancelled_words,
    enter_words,
    present,
    present_all,
    standing_words,
    terms_words,
)
from shared import booking
from shared.access.appointments import access_visit, find_cancellation, list_past, list_upcoming
from shared.access.errors import NotFound
from shared.access.summaries import find_own_summary_of
from shared.access.visits import modality_of
from shared.checkout import is_owed, money_of
from shared.visits.arriving import is_open
from shared.web.answers import file_answer, invalid, page, to
from shared.web.current import transaction, viewer
from shared.web.policy import requires

PAGE = 10


@blueprint.get("/appointments")
@requires("appointment.read")
def appointments_index() -> Response:
    """What is ahead, and what was."""
    before = _read_moment(request.args.get("before"))
    past = list_past(transaction(), viewer=viewer(), before=before, limit=PAGE + 1)
    return page(
        "portal/appointments/index.html",
        upcoming=[] if before else present_all(list_upcoming(transaction(), viewer=viewer())),
        past=present_all(past[:PAGE]),
        older=past[PAGE - 1].appointment.starts_at.isoformat() if len(past) > PAGE else None,
        first=before is None,
        kinds=booking.list_visit_types(transaction(), practice_id=viewer().practice_id),
    )


@blueprint.get("/appointments/<uuid:appointment_id>")
@requires("appointment.read")
def appointments_show(appointment_id: UUID) -> Response:
    """One visit: when, with whom, what was paid, what can be done."""
    visit = access_visit(transaction(), viewer=viewer(), appointment_id=appointment_id)
    money = money_of(transaction(), viewer=viewer(), appointment_id=appointment_id)
    ended = find_cancellation(transaction(), viewer=viewer(), appointment=visit.appointment)
    return page(
        "portal/appointments/show.html",
        shown=present(
            visit,
            modality_of(transaction(), viewer=viewer(), appointment=visit.appointment),
        ),
        summary_id=find_own_summary_of(
            transaction(), viewer=viewer(), appointment_id=appointment_id
        ),
        money=money,
        money_words=standing_words(money),
        owed=is_owed(visit.appointment, money),
        price=visit.appointment.price_minor,
        currency=visit.appointment.currency,
        cancelled=cancelled_words(ended),
        enter=enter_words(visit.appointment),
        is_open=is_open(visit.appointment),
        terms=booking.terms_of(transaction(), appointment=visit.appointment),
    )


@blueprint.get("/appointments/<uuid:appointment_id>/calendar.ics")
@requires("appointment.read")
def appointments_calendar(appointment_id: UUID) -> Response:
    """A booked visit as a file for a calendar; a hold or a cancelled one has none."""
    visit = access_visit(transaction(), viewer=viewer(), appointment_id=appointment_id)
    if visit.appointment.booked_at is None or visit.appointment.status == "cancelled":
        raise NotFound
    return file_answer(
        booking.invitation(transaction(), visit.appointment, attendee=None),
        media_type="text/calendar; charset=utf-8; method=PUBLISH",
        filename=f"visit-{visit.appointment.reference}.ics",
    )


@blueprint.get("/appointments/<uuid:appointment_id>/cancellation/new")
@requires("appointment.cancel")
def cancellations_new(appointment_id: UUID) -> Response:
    """Ask once, and say what will happen."""
    visit = access_visit(transaction(), viewer=viewer(), appointment_id=appointment_id)
    if not booking.can_cancel(visit.appointment):
        return to("portal.appointments_show", appointment_id=appointment_id)
    money = money_of(transaction(), viewer=viewer(), appointment_id=appointment_id)
    terms = booking.terms_of(transaction(), appointment=visit.appointment)
    return page(
        "portal/appointments/cancel.html",
        shown=present(visit),
        terms=terms,
        money_words=terms_words(terms, money),
    )


@blueprint.post("/appointments/<uuid:appointment_id>/cancellation")
@requires("appointment.cancel")
def cancellations_create(appointment_id: UUID) -> Response:
    """Cancel; what the policy gives back goes back by itself."""
    visit = access_visit(transaction(), viewer=viewer(), appointment_id=appointment_id)
    try:
        booking.cancel_appointment(transaction(), appointment=visit.appointment, by=viewer())
    except booking.CannotCancel:
        return invalid("portal/appointments/too_late.html", status=409, shown=present(visit))
    return to("portal.appointments_show", appointment_id=appointment_id)


def _read_moment(written: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written or "")
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
