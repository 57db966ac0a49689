"""Who calls: somebody known, or a new record with as little as it needs."""

from typing import TYPE_CHECKING, Any

from flask import Response, request

from admin import blueprint
from admin.desk_booking.forms import PersonForm, read_id, read_instant
from admin.patients.forms import SearchForm
from shared.access.patient_search import search_patients
from shared.people import PersonDetails, clean_name, create_patient, name_key
from shared.web.answers import invalid, page, to
from shared.web.current import practice, practice_id, transaction, viewer
from shared.web.formats import day, phone
from shared.web.i18n import gettext as _
from shared.web.policy import requires
from shared.web.reading import read_date

if TYPE_CHECKING:
    from shared.models.patient import Patient


def find_page() -> Response:
    """For whom? The time that was pressed in the schedule is kept on the way."""
    return page("admin/desk_booking/find.html", form=SearchForm(), rows=None, kept=kept_time())


@blueprint.post("/bookings/search")
@requires("schedule.change")
def desk_bookings_search() -> Response:
    """Who matches. A POST, so that no name is in an address or a log."""
    form, kept = SearchForm(request.form), kept_time()
    if not form.validate():
        return invalid("admin/desk_booking/find.html", form=form, rows=None, kept=kept)
    typed = form.text.data or ""
    found = search_patients(transaction(), viewer=viewer(), text=typed, name_key=name_key(typed))
    rows = [present_person(row) for row in found.patients]
    return page("admin/desk_booking/find.html", form=form, rows=rows, kept=kept)


@blueprint.get("/bookings/people/new")
@requires("schedule.change")
def desk_people_new() -> Response:
    """The questions a new record needs."""
    form = PersonForm(data={"state": practice().address.get("state")})
    return page("admin/desk_booking/person.html", form=form, alike=[], kept=kept_time())


@blueprint.post("/bookings/people")
@requires("schedule.change")
def desk_people_create() -> Response:
    """A new record, unless somebody of that name and birthday is known already."""
    form, kept = PersonForm(request.form), kept_time()
    if not form.validate():
        return invalid("admin/desk_booking/person.html", form=form, alike=[], kept=kept)
    alike = [] if form.another.data else _alike(form)
    if alike:
        form.form_errors.append(_("Somebody of that name and birthday has a record already."))
        return invalid("admin/desk_booking/person.html", form=form, alike=alike, kept=kept)
    patient = create_patient(
        transaction(), practice_id=practice_id(), email=form.email.data or None, details=_of(form)
    )
    return to("admin.desk_bookings_new", patient_id=patient.id, **kept)


def kept_time() -> dict[str, str]:
    """The time and person of the address or form, as far as they are some."""
    at, who = read_instant(request.values.get("at")), read_id(request.values.get("who"))
    kept = {"at": at.isoformat() if at else "", "who": str(who) if who else ""}
    return {name: value for name, value in kept.items() if value}


def present_person(patient: "Patient") -> dict[str, Any]:
    """A record as far as it takes to know somebody on the phone."""
    return {
        "id": patient.id,
        "name": f"{patient.given_name} {patient.family_name}",
        "born": day(patient.birth_date, weekday=False),
        "phone": phone(patient.phone) or _("no phone"),
        "email": patient.email or _("no e-mail"),
        "reference": patient.reference,
    }


def _alike(form: PersonForm) -> list[dict[str, Any]]:
    """Records with the same birthday whose names begin alike."""
    born = read_date(form.birth_date.data or "")
    if born is None:
        return []
    wanted = name_key(form.family_name.data or "", form.given_name.data or "")
    text = f"{born:%m/%d/%Y}"
    found = search_patients(transaction(), viewer=viewer(), text=text, name_key="")
    return [
        present_person(row)
        for row in found.patients
        if row.name_key == wanted or row.name_key.split(" ")[0] == wanted.split(" ")[0]
    ]


def _of(form: PersonForm) -> PersonDetails:
    born = read_date(form.birth_date.data or "")
    assert born is not None  # noqa: S101 - the form was validated
    return PersonDetails(
        given_name=clean_name(form.given_name.data or ""),
        family_name=clean_name(form.family_name.data or ""),
        birth_date=born,
        phone=form.phone.data or "",
        state=str(form.state.data),
        time_zone=practice().time_zone,
    )
