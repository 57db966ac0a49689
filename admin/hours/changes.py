"""Days that differ: a holiday, days away, extra hours; written down and taken back."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from admin import blueprint
from admin.hours.forms import ChangeForm
from admin.hours.presenters import present_outside
from shared import clock
from shared.booking.agenda import change_outside, days_between
from shared.booking.day_changes import NewChange, add_change, end_change, find_change
from shared.booking.hours import DayChange
from shared.booking.visit_types import list_people
from shared.booking.weeks import access_person
from shared.web.answers import invalid, page, to
from shared.web.current import practice_id, transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import note

if TYPE_CHECKING:
    from shared.models.practitioner import PractitionerRole

ONE = "/settings/hours/<uuid:practitioner_id>/changes"


@blueprint.get(f"{ONE}/new")
@requires("settings.manage")
def day_changes_new(practitioner_id: UUID) -> Response:
    """An empty form, for tomorrow perhaps."""
    role, person = _person(practitioner_id)
    form = ChangeForm(data={"first": clock.today(role.time_zone), "kind": "closed"})
    return page("admin/hours/change.html", form=form, person=person)


@blueprint.post(ONE)
@requires("settings.manage")
def day_changes_create(practitioner_id: UUID) -> Response:
    """Write it down; visits left outside are told first."""
    role, person = _person(practitioner_id)
    form = ChangeForm(request.form)
    change = form.change() if form.validate() and form.check_days() else None
    if change is None:
        return invalid("admin/hours/change.html", form=form, person=person)
    roles = [role]
    if form.everybody.data:
        roles = [each for each, _who in list_people(transaction(), practice_id=practice_id())]
    outside = [line for each in roles for line in _outside(each, change)]
    if outside and not form.seen.data:
        form.form_errors.append(_("Some booked visits would lie outside these hours."))
        return invalid("admin/hours/change.html", form=form, person=person, outside=outside)
    ids = [each.practitioner_id for each in roles]
    add_change(transaction(), practitioner_ids=ids, change=change, by=viewer())
    note(_("Saved. Open times follow it from now on."))
    return to("admin.hours_show", practitioner_id=practitioner_id, week=change.first.isoformat())


@blueprint.post("/settings/hours/changes/<uuid:exception_id>/end")
@requires("settings.manage")
def day_changes_destroy(exception_id: UUID) -> Response:
    """Take it back."""
    practitioner_id = find_change(transaction(), exception_id=exception_id, by=viewer())
    end_change(transaction(), exception_id=exception_id, by=viewer())
    note(_("Taken back. The ordinary week holds on those days again."))
    return to("admin.hours_show", practitioner_id=practitioner_id)


def _person(practitioner_id: UUID) -> Any:
    return access_person(transaction(), practice_id=practice_id(), practitioner_id=practitioner_id)


def _outside(role: "PractitionerRole", change: NewChange) -> Any:
    days = [
        DayChange(on, change.is_open, change.opens, change.closes)
        for on in days_between(change.first, change.until)
    ]
    found = change_outside(transaction(), role=role, changes=days, viewer=viewer())
    return present_outside(found, role.time_zone)
