"""Finding a patient, their contact data, and their story."""

from datetime import datetime
from uuid import UUID

from flask import Response, request
from werkzeug.exceptions import BadRequest

from admin import blueprint
from admin.patients.forms import SearchForm
from admin.patients.presenters import (
    full_name,
    present_contact,
    present_event,
    present_row,
    present_visits,
)
from shared import clock
from shared.access.appointments import list_booked
from shared.access.patient_search import search_patients
from shared.access.patients import access_patient
from shared.access.policy import holds
from shared.access.story import read_story
from shared.people import name_key
from shared.web.answers import invalid, page
from shared.web.current import practice, transaction, viewer
from shared.web.policy import requires


@blueprint.get("/patients")
@requires("patient.contact")
def patients_index() -> Response:
    """The search, before anything was typed."""
    return page("admin/patients/index.html", form=SearchForm(), rows=None)


@blueprint.post("/patients/search")
@requires("patient.contact")
def patients_search() -> Response:
    """Who matches. A POST, so that no name is in an address or a log."""
    form = SearchForm(request.form)
    if not form.validate():
        return invalid("admin/patients/index.html", form=form, rows=None)
    typed = form.text.data or ""
    found = search_patients(transaction(), viewer=viewer(), text=typed, name_key=name_key(typed))
    return page("admin/patients/index.html", form=form, rows=[present_row(row) for row in found])


@blueprint.get("/patients/<uuid:patient_id>")
@requires("patient.contact")
def patients_show(patient_id: UUID) -> Response:
    """Contact data and visits; for clinicians also the way to the story."""
    patient = access_patient(transaction(), viewer=viewer(), patient_id=patient_id)
    return page(
        "admin/patients/show.html",
        patient_id=patient.id,
        name=full_name(patient),
        contact=present_contact(patient, clock.today(practice().time_zone)),
        visits=present_visits(
            list_booked(transaction(), viewer=viewer(), patient_id=patient.id),
            practice().time_zone,
        ),
        tells_story=holds(viewer(), "patient.story") or viewer().opens(patient_id),
        may_close=holds(viewer(), "patient.close_account"),
        may_break_glass=holds(viewer(), "patient.break_glass"),
    )


@blueprint.get("/patients/<uuid:patient_id>/story")
@requires("patient.story")
def stories_show(patient_id: UUID) -> Response:
    """The record's story, newest first; ?looks=1 tells who read it, ?steps=1 every step."""
    looks = request.args.get("looks") == "1"
    steps = request.args.get("steps") == "1"
    patient = access_patient(transaction(), viewer=viewer(), patient_id=patient_id)
    story = read_story(
        transaction(),
        viewer=viewer(),
        patient_id=patient_id,
        looks=looks,
        steps=steps,
        before=read_cursor(request.args.get("before")),
    )
    return page(
        "admin/patients/story.html",
        patient_id=patient.id,
        name=full_name(patient),
        looks=looks,
        steps=steps,
        items=[present_event(event, practice().time_zone) for event in story.events],
        more=f"{story.more[0].isoformat()}_{story.more[1]}" if story.more else None,
    )


def read_cursor(text: str | None) -> tuple[datetime, UUID] | None:
    """The page's key, as our own link wrote it; 400 for anything else."""
    if not text:
        return None
    at, _, event_id = text.rpartition("_")
    try:
        return datetime.fromisoformat(at), UUID(event_id)
    except ValueError as error:
        raise BadRequest from error
