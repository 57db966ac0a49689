"""Making, changing, ordering and retiring kinds of visit."""

from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from admin import blueprint
from admin.visit_types.forms import VisitTypeForm
from admin.visit_types.presenters import NEW, fill, present, read, values_of
from shared.booking.visit_types import (
    SlugTaken,
    create_visit_type,
    find_visit_type,
    list_every_visit_type,
    list_people,
    move_up,
    set_on_offer,
    update_visit_type,
)
from shared.web.answers import invalid, page, to
from shared.web.current import practice, practice_id, transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import note, take_notice

ONE = "/settings/visits/<uuid:visit_type_id>"


@blueprint.get("/settings/visits")
@requires("settings.manage")
def visit_types_index() -> Response:
    """Those on offer in their order, then the retired ones."""
    people = list_people(transaction(), practice_id=practice_id())
    rows = list_every_visit_type(transaction(), practice_id=practice_id())
    lines = [present(row, people) for row in rows]
    return page("admin/visit_types/index.html", lines=lines, notice=take_notice())


@blueprint.get("/settings/visits/new")
@requires("settings.manage")
def visit_types_new() -> Response:
    """An empty form with what most visits have."""
    people = list_people(transaction(), practice_id=practice_id())
    state = practice().address.get("state", "")
    usual = {"states": state, "cancel_window_hours": practice().cancel_window_hours}
    form = fill(VisitTypeForm(data={**NEW, **usual}), people)
    return page("admin/visit_types/new.html", form=form, people=people)


@blueprint.post("/settings/visits")
@requires("settings.manage")
def visit_types_create() -> Response:
    """A new kind of visit, on offer at once."""
    people = list_people(transaction(), practice_id=practice_id())
    form = fill(VisitTypeForm(request.form), people)
    if form.validate():
        try:
            slug = str(form.slug.data)
            create_visit_type(transaction(), slug=slug, values=read(form, people), by=viewer())
        except SlugTaken:
            form.slug.errors = [_("Another kind of visit has this address. Choose another one.")]
        else:
            note(_("%(name)s is on offer from now on.", name=form.name.data))
            return to("admin.visit_types_index")
    return invalid("admin/visit_types/new.html", form=form, people=people)


@blueprint.get(ONE)
@requires("settings.manage")
def visit_types_edit(visit_type_id: UUID) -> Response:
    """The form with what is in force."""
    row = find_visit_type(transaction(), practice_id=practice_id(), visit_type_id=visit_type_id)
    people = list_people(transaction(), practice_id=practice_id())
    form = fill(VisitTypeForm(data=values_of(row, people)), people)
    return page("admin/visit_types/edit.html", form=form, people=people, line=present(row, people))


@blueprint.post(ONE)
@requires("settings.manage")
def visit_types_update(visit_type_id: UUID) -> Response:
    """Change it for times taken from now on."""
    row = find_visit_type(transaction(), practice_id=practice_id(), visit_type_id=visit_type_id)
    people = list_people(transaction(), practice_id=practice_id())
    form = fill(VisitTypeForm(request.form), people)
    form.slug.data = row.slug
    if not form.validate():
        line = present(row, people)
        return invalid("admin/visit_types/edit.html", form=form, people=people, line=line)
    values = read(form, people)
    changed = update_visit_type(
        transaction(), visit_type_id=visit_type_id, values=values, by=viewer()
    )
    note(_("Saved. It counts for times taken from now on.") if changed else _("No change."))
    return to("admin.visit_types_index")


@blueprint.post(f"{ONE}/retire")
@requires("settings.manage")
def visit_types_destroy(visit_type_id: UUID) -> Response:
    """Nobody can book it any more; what is booked stays booked."""
    set_on_offer(transaction(), visit_type_id=visit_type_id, active=False, by=viewer())
    note(_("It is no longer on offer. Visits that are booked stay booked."))
    return to("admin.visit_types_index")


@blueprint.post(f"{ONE}/offer")
@requires("settings.manage")
def visit_types_restore(visit_type_id: UUID) -> Response:
    """Offer it again."""
    set_on_offer(transaction(), visit_type_id=visit_type_id, active=True, by=viewer())
    note(_("It is on offer again."))
    return to("admin.visit_types_index")


@blueprint.post(f"{ONE}/up")
@requires("settings.manage")
def visit_types_up(visit_type_id: UUID) -> Response:
    """One place further up in every list."""
    move_up(transaction(), visit_type_id=visit_type_id, by=viewer())
    return to("admin.visit_types_index")
