"""Encounters: one's own that wait, a patient's, one with its note, and the note beside the call."""

from uuid import UUID

from flask import Response

from admin import blueprint
from admin.encounters.pages import TAB, note_page, open_encounter
from admin.encounters.presenters import present_lines
from admin.patients.head import present_head
from shared.access.encounters import access_encounter_of, list_encounters, list_own_encounters
from shared.access.notes import reads_notes
from shared.access.patients import access_patient
from shared.encounters.errors import NotHeld, NotTheirs
from shared.encounters.notes import mark_held
from shared.web.answers import invalid, page, to
from shared.web.current import transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import take_notice

WAITING = ("arrived", "in_progress", "documented", "signed")
LATELY = 12


@blueprint.get("/encounters")
@requires("note.write")
def encounters_index() -> Response:
    """My notes: what is to be written, signed or told, and what was done lately."""
    waiting = list_own_encounters(transaction(), viewer=viewer(), statuses=WAITING)
    done = list_own_encounters(
        transaction(),
        viewer=viewer(),
        statuses=("summary_sent",),
        latest_first=True,
        limit=LATELY,
    )
    return page(
        "admin/encounters/index.html",
        to_do=present_lines(waiting, reads_notes=True),
        done=present_lines(done, reads_notes=True),
        notice=take_notice(),
    )


@blueprint.get("/patients/<uuid:patient_id>/encounters")
@requires("encounter.read")
def patient_encounters_index(patient_id: UUID) -> Response:
    """Every visit of a patient; with its note for who may read it."""
    patient = access_patient(transaction(), viewer=viewer(), patient_id=patient_id)
    found = list_encounters(transaction(), viewer=viewer(), patient_id=patient.id)
    reads = reads_notes(viewer(), patient.id)
    return page(
        "admin/encounters/of_patient.html",
        head=present_head(patient, TAB),
        reads_notes=reads,
        lines=present_lines(found, reads_notes=reads),
    )


@blueprint.get("/patients/<uuid:patient_id>/encounters/<uuid:encounter_id>")
@requires("note.read")
def encounters_show(patient_id: UUID, encounter_id: UUID) -> Response:
    """The note: to be written by whose visit it was, to be read by others."""
    held = open_encounter(patient_id, encounter_id)
    return page("admin/encounters/show.html", notice=take_notice(), **note_page(held))


@blueprint.post("/patients/<uuid:patient_id>/encounters/<uuid:encounter_id>/held")
@requires("note.write")
def encounters_hold(patient_id: UUID, encounter_id: UUID) -> Response:
    """The visit took place another way than in the room here."""
    held = open_encounter(patient_id, encounter_id)
    try:
        mark_held(transaction(), encounter_id=encounter_id, by=viewer())
    except (NotHeld, NotTheirs):
        return invalid("admin/encounters/show.html", status=409, **note_page(held))
    return to("admin.encounters_show", patient_id=patient_id, encounter_id=encounter_id)


@blueprint.get("/appointments/<uuid:appointment_id>/note")
@requires("note.read")
def appointment_notes_show(appointment_id: UUID) -> Response:
    """From a visit's own page to its note."""
    held = access_encounter_of(transaction(), viewer=viewer(), appointment_id=appointment_id)
    return to("admin.encounters_show", patient_id=held.patient.id, encounter_id=held.encounter.id)


@blueprint.get("/appointments/<uuid:appointment_id>/note/panel")
@requires("note.read")
def note_panels_show(appointment_id: UUID) -> Response:
    """The note as a part of the visit's page, beside the call."""
    held = access_encounter_of(transaction(), viewer=viewer(), appointment_id=appointment_id)
    return page("admin/encounters/_panel.html", **note_page(held))
