"""The event log: lines, one entry with its act, the export, and asking for a verification."""

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from admin import blueprint
from admin.events.files import FORMS, write_file
from admin.events.forms import FilterForm, PersonForm
from admin.events.presenters import present, present_change, present_line, tell
from admin.events.proof import present_proof
from admin.patients.views import read_cursor
from shared import clock
from shared.access.log import access_act, read_log
from shared.access.log_choices import (
    access_log_patient,
    find_log_patients,
    list_log_people,
    list_log_reasons,
)
from shared.access.log_export import TooMuchToExport, export_log
from shared.access.log_proof import read_log_proof
from shared.people import name_key
from shared.proof.asking import ask_for_verification
from shared.web.answers import file_answer, invalid, page, to
from shared.web.current import practice, transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import ask_fresh, note, take_notice

# Rows of one act whose fields are shown; the others are lines to follow.
MOST_CHANGES = 12


@blueprint.get("/events")
@requires("log.read")
def events_index() -> Response:
    """The proof, the filters, and the entries that fit, newest first."""
    form = filters()
    if not form.validate():
        return invalid("admin/events/index.html", **_screen(form), lines=None, more=None)
    found = read_log(
        transaction(),
        viewer=viewer(),
        wanted=form.wanted(practice().time_zone),
        before=read_cursor(request.args.get("before")),
    )
    more = f"{found.more[0].isoformat()}_{found.more[1]}" if found.more else None
    return page(
        "admin/events/index.html",
        **_screen(form),
        lines=present(found.entries, practice().time_zone),
        more=more,
    )


@blueprint.post("/events/people")
@requires("log.read")
def events_people() -> Response:
    """Whose record to ask about. A POST, so that no name is in an address or a log."""
    form, kept = PersonForm(request.form), filters()
    if not form.validate():
        return invalid("admin/events/people.html", form=form, people=None, kept=kept)
    typed = form.text.data or ""
    people = find_log_patients(
        transaction(), viewer=viewer(), typed=typed, name_key=name_key(typed)
    )
    return page("admin/events/people.html", form=form, people=people, kept=kept)


@blueprint.get("/events/<uuid:event_id>")
@requires("log.read")
def events_show(event_id: UUID) -> Response:
    """One entry, what it changed, and everything else of the same act."""
    zone = practice().time_zone
    entries = access_act(transaction(), viewer=viewer(), event_id=event_id)
    entry = next(each for each in entries if each.id == event_id)
    writes = [each for each in entries if each.kind == "write"]
    told = sorted(writes, key=lambda each: each.id != event_id)[:MOST_CHANGES]
    others = [each for each in entries if each not in told and each is not entry]
    return page(
        "admin/events/show.html",
        entry=entry,
        line=present_line(entry, zone),
        sentence=tell(entry),
        changes=[present_change(each, zone) for each in told],
        lines=present(others, zone),
    )


@blueprint.get("/events/exports/new")
@requires("log.export")
def exports_new() -> Response:
    """What will be in the file. Needs a fresh sign-in, and so does taking it."""
    ask_fresh()
    form = filters()
    if not form.validate():
        return to("admin.events_index")
    return page("admin/events/export.html", form=form, **_chosen(form), error=None)


@blueprint.post("/events/exports")
@requires("log.export")
def exports_create() -> Response:
    """The entries that fit as a file; that they were taken is in the log before they leave."""
    ask_fresh()
    form, kind = filters(), request.form.get("format", "")
    if kind not in FORMS or not form.validate():
        raise BadRequest
    try:
        entries = export_log(
            transaction(), viewer=viewer(), wanted=form.wanted(practice().time_zone), form=kind
        )
    except TooMuchToExport:
        error = _("That is more than one file holds. Choose fewer days, and export again.")
        return invalid("admin/events/export.html", form=form, **_chosen(form), error=error)
    name = f"event-log-{clock.today(practice().time_zone).isoformat()}.{kind}"
    return file_answer(write_file(entries, kind), media_type=FORMS[kind], filename=name)


@blueprint.post("/events/verifications")
@requires("log.read")
def verifications_create() -> Response:
    """Verify the log now."""
    ask_for_verification(transaction(), by=viewer())
    note(_("The log is being verified. The result appears here in a minute."))
    return to("admin.events_index")


def filters() -> FilterForm:
    """What the address asks for, with the choices there are."""
    form = FilterForm(request.args)
    form.choose(
        list_log_people(transaction(), viewer=viewer()),
        list_log_reasons(transaction(), viewer=viewer()),
    )
    return form


def _screen(form: FilterForm) -> dict[str, Any]:
    proof = read_log_proof(transaction(), viewer=viewer())
    return {
        "form": form,
        "person_form": PersonForm(),
        "proof": present_proof(proof, practice().time_zone),
        "notice": take_notice(),
        **_chosen(form),
    }


def _chosen(form: FilterForm) -> dict[str, Any]:
    """The patient asked about, by name."""
    if form.patient_id is None:
        return {"person": None}
    return {
        "person": access_log_patient(transaction(), viewer=viewer(), patient_id=form.patient_id)
    }
