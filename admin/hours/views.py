"""The hours of everybody who sees patients: overview, one person's, and changing their week."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from admin import blueprint
from admin.hours.forms import WeekForm, ZoneForm
from admin.hours.presenters import (
    clock_note,
    present_change,
    present_outside,
    present_preview,
    present_week,
    summary,
    week_lines,
)
from admin.schedule.presenters import read_day
from shared import clock
from shared.booking.agenda import DAY, days_between, load_agendas, week_outside
from shared.booking.day_changes import list_changes
from shared.booking.visit_types import list_people
from shared.booking.weeks import access_person, list_rows, set_week, set_zone, week_on, weeks_of
from shared.booking.zones import day_bounds, local_day, zone
from shared.web.answers import invalid, page, to
from shared.web.current import practice_id, transaction, viewer
from shared.web.formats import WEEKDAYS, zone_name
from shared.web.policy import requires
from shared.web.signing_in import note, take_notice

if TYPE_CHECKING:
    from shared.models.practitioner import PractitionerRole

ONE = "/settings/hours/<uuid:practitioner_id>"


@blueprint.get("/settings/hours")
@requires("settings.manage")
def hours_index() -> Response:
    """Everybody, with the week in force."""
    people = []
    for role, person in list_people(transaction(), practice_id=practice_id()):
        rows = list_rows(transaction(), practice_id=practice_id(), practitioner_id=person.id)
        week = week_on(rows, clock.today(role.time_zone))
        people.append((person, summary(week), week_lines(week), zone_name(role.time_zone)))
    return page("admin/hours/index.html", people=people, notice=take_notice())


@blueprint.get(ONE)
@requires("settings.manage")
def hours_show(practitioner_id: UUID) -> Response:
    """The weeks in force, the days that differ, and what they make of a week of the calendar."""
    return page("admin/hours/show.html", notice=take_notice(), **_shown(practitioner_id))


@blueprint.get(f"{ONE}/week")
@requires("settings.manage")
def hours_edit(practitioner_id: UUID) -> Response:
    """The week from a day on, as a form."""
    role, person = _person(practitioner_id)
    today = clock.today(role.time_zone)
    first = max(read_day(request.args.get("from"), today), today)
    rows = list_rows(transaction(), practice_id=practice_id(), practitioner_id=practitioner_id)
    form = WeekForm(data={"first": first}).fill(week_on(rows, first))
    return page("admin/hours/edit.html", form=form, person=person, role=role, days=WEEKDAYS)


@blueprint.post(f"{ONE}/week")
@requires("settings.manage")
def hours_update(practitioner_id: UUID) -> Response:
    """This is the week from that day on; visits left outside are told first."""
    role, person = _person(practitioner_id)
    form = WeekForm(request.form).read(request.form)
    shown = {"form": form, "person": person, "role": role, "days": WEEKDAYS}
    if form.rearrange(request.form):
        return invalid("admin/hours/edit.html", **shown)
    stretches = form.stretches() if form.validate() and form.check_days() else None
    if stretches is None:
        return invalid("admin/hours/edit.html", **shown)
    first, until = form.days()[0], form.until.data
    outside = _outside(role, stretches, first, until)
    if outside and not form.seen.data:
        form.form_errors.append(_("Some booked visits would lie outside these hours."))
        return invalid("admin/hours/edit.html", outside=outside, **shown)
    set_week(
        transaction(),
        practitioner_id=practitioner_id,
        stretches=stretches,
        first=first,
        until=until,
        by=viewer(),
    )
    note(_("Saved. Open times follow these hours from now on."))
    return to("admin.hours_show", practitioner_id=practitioner_id)


@blueprint.post(f"{ONE}/zone")
@requires("settings.manage")
def hours_zone_update(practitioner_id: UUID) -> Response:
    """The zone these hours are written in."""
    form = ZoneForm(request.form)
    if not form.validate():
        return invalid("admin/hours/show.html", **_shown(practitioner_id) | {"zone_form": form})
    zone_id = form.time_zone.data
    set_zone(transaction(), practitioner_id=practitioner_id, time_zone=zone_id, by=viewer())
    note(_("Saved. Booked visits keep their times."))
    return to("admin.hours_show", practitioner_id=practitioner_id)


def _person(practitioner_id: UUID) -> Any:
    return access_person(transaction(), practice_id=practice_id(), practitioner_id=practitioner_id)


def _outside(role: "PractitionerRole", stretches: Any, first: date, until: date | None) -> Any:
    person = role.practitioner_id
    rows = list_rows(transaction(), practice_id=practice_id(), practitioner_id=person)
    found = week_outside(
        transaction(),
        role=role,
        rows=rows,
        stretches=stretches,
        first=first,
        until=until,
        viewer=viewer(),
    )
    return present_outside(found, role.time_zone)


def _shown(practitioner_id: UUID) -> dict[str, Any]:
    role, person = _person(practitioner_id)
    where, here = zone(role.time_zone), role.time_zone
    today = clock.today(here)
    asked = read_day(request.args.get("week"), today)
    first = asked - timedelta(days=asked.weekday())
    starts, until = day_bounds(first, first + 6 * DAY, where)
    (agenda,) = load_agendas(
        transaction(), [(role, person)], practice_id=practice_id(), first=starts, until=until
    )
    by_day = [
        (on, [each for each in agenda.opened if local_day(each.starts_at, where) == on])
        for on in days_between(first, first + 6 * DAY)
    ]
    ids = {"practice_id": practice_id(), "practitioner_id": practitioner_id}
    rows = list_rows(transaction(), **ids)
    changes = list_changes(transaction(), since=today, **ids)
    return {
        "person": person,
        "role": role,
        "zone_name": zone_name(here),
        "zone_form": ZoneForm(data={"time_zone": here}),
        "weeks": [present_week(week, today) for week in weeks_of(rows, since=today)],
        "changes": [present_change(change) for change in changes],
        "preview": present_preview(by_day, here, today),
        "first": first,
        "earlier": first - 7 * DAY,
        "later": first + 7 * DAY,
        "clock_note": clock_note(first, here),
    }
