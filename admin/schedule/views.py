"""The schedule of the practice: by week, by day, as a list; one visit, and cancelling it."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, request, url_for

from admin import blueprint
from admin.encounters.facts import facts_of
from admin.schedule.asking import LIST, STATES, Asked, read_asked, state_choices
from admin.schedule.grid import make_grid
from admin.schedule.presenters import present_line, present_visit, present_week
from shared import booking, clock
from shared.access.appointments import access_appointment
from shared.access.held_visits import find_held_visit_of
from shared.access.payments import find_appointment_payment
from shared.access.policy import holds
from shared.access.schedule import Entry, access_entry, list_schedule
from shared.booking.agenda import load_agendas
from shared.booking.cancelling import PRACTICE_REQUEST
from shared.booking.visit_types import list_people
from shared.booking.zones import day_bounds, local_day, zone
from shared.checkout import money_of
from shared.web.answers import invalid, page, to
from shared.web.current import practice, practice_id, transaction, viewer
from shared.web.formats import zone_name
from shared.web.policy import requires
from shared.web.signing_in import ask_fresh, take_notice

if TYPE_CHECKING:
    from shared.models.appointment import Appointment


@blueprint.get("/schedule")
@requires("schedule.read")
def schedule_index() -> Response:
    """The days that were asked for, this week at first."""
    today = local_day(clock.now(), zone(practice().time_zone))
    asked = read_asked(request.args, today)
    return page("admin/schedule/index.html", asked=asked, notice=take_notice(), **_shown(asked))


@blueprint.get("/schedule/<uuid:appointment_id>")
@requires("schedule.read")
def schedule_show(appointment_id: UUID) -> Response:
    """One visit: who, when, how it stands, and what can be done about it."""
    entry = access_entry(transaction(), viewer=viewer(), appointment_id=appointment_id)
    money = money_of(transaction(), viewer=viewer(), appointment_id=appointment_id)
    here = practice().time_zone
    return page(
        "admin/schedule/show.html",
        visit=present_visit(entry, money, here, facts_of(appointment_id, here)),
        day=_day_of(entry.appointment),
        may_change=holds(viewer(), "schedule.change"),
        held=find_held_visit_of(transaction(), viewer=viewer(), appointment_id=appointment_id),
        notice=take_notice(),
    )


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


def _shown(asked: Asked) -> dict[str, Any]:
    """A week of lines, or a grid of columns."""
    here = practice().time_zone
    starts, until = day_bounds(asked.days[0], asked.days[-1], zone(here))
    entries = list_schedule(transaction(), viewer=viewer(), first=starts, until=until)
    people = list_people(transaction(), practice_id=practice_id())
    known = asked.person if any(person.id == asked.person for _role, person in people) else None
    shown = [entry for entry in entries if _fits(entry, asked, known)]
    facts = {
        "people": [(str(person.id), person.full_name) for _role, person in people],
        "person": str(known) if known else "",
        "states": state_choices(),
        "zone": zone_name(here),
    }
    if asked.view == LIST:
        week = present_week(shown, first=asked.first, today=asked.today, zone_id=here)
        return {**facts, "week": week, "grid": None}
    chosen = [each for each in people if known is None or each[1].id == known]
    agendas = load_agendas(
        transaction(), chosen, practice_id=practice_id(), first=starts, until=until
    )
    free = holds(viewer(), "schedule.change") and not asked.state
    grid = make_grid(
        shown,
        agendas,
        days=asked.days,
        zone_id=here,
        by_person=len(asked.days) == 1,
        book=_book if free else None,
    )
    return {**facts, "week": None, "grid": grid}


def _book(at: Any, who: UUID) -> str:
    """Where a press on a free stretch leads."""
    return url_for("admin.desk_bookings_new", at=at.isoformat(), who=who)


def _fits(entry: Entry, asked: Asked, person: UUID | None) -> bool:
    row = entry.appointment
    theirs = person is None or row.practitioner_id == person
    return theirs and (not asked.state or row.status in STATES[asked.state])


def _ask_fresh_for_money(appointment_id: UUID) -> None:
    """Giving money back needs a fresh sign-in; a visit nobody paid for does not."""
    payment = find_appointment_payment(
        transaction(), viewer=viewer(), appointment_id=appointment_id
    )
    if payment is not None and payment.paid_at is not None:
        ask_fresh()


def _day_of(row: "Appointment") -> str:
    return local_day(row.starts_at, zone(practice().time_zone)).isoformat()
