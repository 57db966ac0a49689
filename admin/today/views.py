"""Today: who comes, in time order, and how full the coming days are."""

from datetime import timedelta

from flask import Response

from admin import blueprint
from admin.attention.views import open_lines
from admin.context import only_audits
from admin.schedule.presenters import DAYS, present_week
from shared import clock
from shared.access.policy import holds
from shared.access.schedule import list_schedule
from shared.booking.zones import day_bounds, local_day, zone
from shared.web.answers import page, to
from shared.web.current import practice, transaction, viewer
from shared.web.policy import requires


@blueprint.get("/")
@requires("desk.open")
def today_index() -> Response:
    """The day at hand, for whoever may see the schedule; the others find their own rooms."""
    if only_audits(viewer()):
        return to("admin.events_index")
    here = practice().time_zone
    today = local_day(clock.now(), zone(here))
    if not holds(viewer(), "schedule.read"):
        return page("admin/today/index.html", today=today, week=None, lines=open_lines())
    starts, until = day_bounds(today, today + timedelta(days=DAYS - 1), zone(here))
    entries = list_schedule(transaction(), viewer=viewer(), first=starts, until=until)
    week = present_week(entries, first=today, today=today, zone_id=here)
    return page("admin/today/index.html", today=today, week=week, lines=open_lines())
