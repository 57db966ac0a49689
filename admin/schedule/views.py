"""The schedule of the practice, and cancelling on its behalf."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, request

from admin import blueprint
from admin.schedule.presenters import DAYS, present_line, present_week, read_day
from shared import booking, clock
from shared.access.appointments import access_appointment
from shared.access.payments import find_appointment_payment
from shared.access.schedule import access_entry, list_schedule
from shared.booking.cancelling import PRACTICE_REQUEST
from shared.booking.zones import day_bounds, local_day, zone
from shared.web.answers import invalid, page, to
from shared.web.current import practice, transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import ask_fresh

if TYPE_CHECKING:
    from shared.models.appointment import Appointment


@blueprint.get("/schedule")
@requires("schedule.read")
def schedule_index() -> Response:
    """Seven days from the one that was asked for, today at first."""
    here = practice().time_zone
    today = local_day(clock.now(), zone(here))
    first = read_day(request.args.get("day"), today)
    starts, until = day_bounds(first, first + timedelta(days=DAYS - 1), zone(here))
    entries = list_schedule(transaction(), viewer=viewer(), first=starts, until=until)
    week = present_week(entries, first=first, today=today, zone_id=here)
    return page("admin/schedule/index.html", week=week)


@blueprint.get("/schedule/<uuid:appointment_id>/cancellation/new")
@requires("schedule.change")
def schedule_cancellations_new(appointment_id: UUID) -> Response:
    """Ask once, and say what happens to the patient's money."""
    entry = access_entry(transaction(), viewer=viewer(), appointment_id=appointment_id)
    line = present_line(entry, practice().time_zone)
    if not line.can_cancel:
        return to("admin.schedule_index", day=_day_of(entry.appointment))
    _ask_fresh_for_money(appointment_id)
    return page("admin/schedule/cancel.html", line=line, at=entry.appointment.starts_at)


@blueprint.post("/schedule/<uuid:appointment_id>/cancellation")
@requires("schedule.change")
def schedule_cancellations_create(appointment_id: UUID) -> Response:
    """The practice cancels: the patient is told and gets everything back."""
    row = access_appointment(transaction(), viewer=viewer(), appointment_id=appointment_id)
    _ask_fresh_for_money(appointment_id)
    try:
        booking.cancel_appointment(
            transaction(), appointment=row, by=viewer(), reason=PRACTICE_REQUEST
        )
    except booking.CannotCancel:
        return invalid("admin/schedule/too_late.html", status=409, day=_day_of(row))
    return to("admin.schedule_index", day=_day_of(row))


def _ask_fresh_for_money(appointment_id: UUID) -> None:
    """Giving money back needs a fresh sign-in; a visit nobody paid for does not."""
    payment = find_appointment_payment(
        transaction(), viewer=viewer(), appointment_id=appointment_id
    )
    if payment is not None and payment.paid_at is not None:
        ask_fresh()


def _day_of(row: "Appointment") -> str:
    return local_day(row.starts_at, zone(practice().time_zone)).isoformat()
