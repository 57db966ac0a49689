"""Finding a patient, their overview, and their story."""

from datetime import datetime
from uuid import UUID

from flask import Response, request
from werkzeug.exceptions import BadRequest

from admin import blueprint
from admin.patients.forms import SearchForm
from admin.patients.head import present_head
from admin.patients.presenters import (
    TimelineItem,
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

# As much of the story as tells what happened lately, on the overview.
LATELY = 6
LATEST_VISITS = 5


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
    today = clock.today(practice().time_zone)
    return page(
        "admin/patients/index.html",
        form=form,
        rows=[present_row(row, today) for row in found.patients],
        many=found.many,
        sense=found.sense,
    )


@blueprint.get("/patients/<uuid:patient_id>")
@requires("patient.contact")
def patients_show(patient_id: UUID) -> Response:
    """Contact data, what comes and was, and for who may read it the latest of the story."""
    patient = access_patient(transaction(), viewer=viewer(), patient_id=patient_id)
    visits = list_booked(
        transaction(), viewer=viewer(), patient_id=patient.id, limit=LATEST_VISITS + 1
    )
    return page(
        "admin/patients/show.html",
        head=present_head(patient, "admin.patients_show"),
        contact=present_contact(patient),
        visits=present_visits(visits[:LATEST_VISITS], practice().time_zone),
        more_visits=len(visits) > LATEST_VISITS,
        lately=tell_lately(patient_id),
    )


@blueprint.get("/patients/<uuid:patient_id>/story")
@requires("patient.story")
def stories_show(patient_id: UUID) -> Response:
    """The record's story, newest first; ?looks=1 tells who read it, ?steps=1 every step."""
    looks = request.args.get("looks") == "1"
    steps = request.args.get("steps") == "1"
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
        head=present_head(story.patient, "admin.stories_show"),
        looks=looks,
        steps=steps,
        items=[present_event(event, practice().time_zone) for event in story.events],
        more=f"{story.more[0].isoformat()}_{story.more[1]}" if story.more else None,
    )


def tell_lately(patient_id: UUID) -> list[TimelineItem] | None:
    """The end of the story, for who may read it; None for others."""
    if not holds(viewer(), "patient.story") and not viewer().opens(patient_id):
        return None
    story = read_story(transaction(), viewer=viewer(), patient_id=patient_id, limit=LATELY)
    return [present_event(event, practice().time_zone) for event in story.events]


def read_cursor(text: str | None) -> tuple[datetime, UUID] | None:
    """The page's key, as our own link wrote it; 400 for anything else."""
    if not text:
        return None
    at, _, event_id = text.rpartition("_")
    try:
        return datetime.fromisoformat(at), UUID(event_id)
    except ValueError as error:
        raise BadRequest from error
