"""The palette as a page of its own, and its answers as a fragment. Searches are POSTs."""

from flask import Response, request, url_for

from admin import blueprint
from admin.context import places_for
from admin.palette.commands import Found, Person, list_commands, match_commands
from admin.patients.forms import printable
from admin.patients.presenters import full_name, present_known_by
from shared.access.patient_search import search_patients
from shared.access.policy import holds
from shared.people import name_key
from shared.web.answers import page
from shared.web.current import transaction, viewer
from shared.web.policy import requires

# A list one looks over at a glance.
MOST_PEOPLE = 7
LONGEST = 120


@blueprint.get("/palette")
@requires("desk.open")
def palette_show() -> Response:
    """Everything one can go to or do, without a script."""
    found = Found(commands=list_commands(places_for(viewer()), viewer()))
    return page("admin/palette/show.html", typed="", found=found)


@blueprint.post("/palette")
@requires("desk.open")
def palette_search() -> Response:
    """What fits, as a page."""
    return page("admin/palette/show.html", typed=read_typed(), found=find(read_typed()))


@blueprint.post("/palette/results")
@requires("desk.open")
def palette_results() -> Response:
    """What fits, as the lines of the dialog."""
    return page("admin/palette/_results.html", found=find(read_typed()), typed=read_typed())


def read_typed() -> str:
    """What was typed, no longer than anything we could look for."""
    return (printable(request.form.get("q")) or "").strip()[:LONGEST]


def find(typed: str) -> Found:
    """Pages and things to do by their words; people as the search for a patient finds them."""
    commands = match_commands(places_for(viewer()), viewer(), typed)
    if not typed or not holds(viewer(), "patient.contact"):
        return Found(commands=commands)
    matches = search_patients(
        transaction(), viewer=viewer(), text=typed, name_key=name_key(typed), limit=MOST_PEOPLE
    )
    people = [
        Person(
            full_name(one),
            url_for("admin.patients_show", patient_id=one.id),
            present_known_by(one),
        )
        for one in matches.patients
    ]
    return Found(commands, people, matches.many)
