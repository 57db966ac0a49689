"""Today: who comes, in time order, what needs attention, and how the practice does."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Response

from admin import blueprint
from admin.attention.views import open_lines
from admin.context import only_audits
from admin.schedule.presenters import DAYS, Line, Week, present_week
from admin.today.figures import draw_figures
from admin.visits.reading import waiting_lines
from shared import clock
from shared.access.policy import holds
from shared.access.schedule import Entry, list_schedule
from shared.booking.zones import day_bounds, local_day, zone
from shared.web.answers import page, to
from shared.web.current import practice, transaction, viewer
from shared.web.policy import requires

# Of what needs attention, as much as is looked over at a glance; the rest has its own page.
MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class Agenda:
    """The days at hand, and who is next."""

    week: Week
    following: Line | None
    waiting: int


@blueprint.get("/")
@requires("desk.open")
def today_index() -> Response:
    """The day at hand, for whoever may see the schedule; the others find their own rooms."""
    if only_audits(viewer()):
        return to("admin.events_index")
    lines = open_lines()
    return page(
        "admin/today/index.html",
        today=local_day(clock.now(), zone(practice().time_zone)),
        agenda=read_agenda() if holds(viewer(), "schedule.read") else None,
        in_room=[line for line in waiting_lines() if not line.is_over]
        if holds(viewer(), "visit.watch")
        else [],
        lines=lines[:MOST_LINES],
        more_lines=max(len(lines) - MOST_LINES, 0),
        pictures=draw_figures(),
    )


def read_agenda() -> Agenda:
    """Today and the days after it."""
    here = practice().time_zone
    today = local_day(clock.now(), zone(here))
    starts, until = day_bounds(today, today + timedelta(days=DAYS - 1), zone(here))
    entries = list_schedule(transaction(), viewer=viewer(), first=starts, until=until)
    week = present_week(entries, first=today, today=today, zone_id=here)
    ahead = {entry.appointment.id for entry in entries if _is_ahead(entry)}
    lines = week.days[0].lines
    return Agenda(
        week,
        next((line for line in lines if line.id in ahead), None),
        sum(line.status in ("checked-in", "arrived") for line in lines),
    )


def _is_ahead(entry: Entry) -> bool:
    return entry.appointment.ends_at > clock.now() and entry.appointment.status == "booked"
