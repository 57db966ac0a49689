"""A time for somebody, in one page: the kind of visit, the board of times, the last questions."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, request, url_for
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from admin import blueprint
from admin.desk_booking.board import Board, Wanted, make_board
from admin.desk_booking.forms import BookForm, read_id
from admin.desk_booking.people import find_page, present_person
from admin.desk_booking.words import just_taken, own_overlap, refusal_words
from shared import booking
from shared.access.patients import access_patient
from shared.booking.visit_types import list_people
from shared.web.answers import invalid, page, to
from shared.web.current import practice, practice_id, transaction, viewer
from shared.web.formats import when, zone_name
from shared.web.i18n import gettext as _
from shared.web.policy import requires
from shared.web.signing_in import note
from shared.web.states import NAMES

if TYPE_CHECKING:
    from shared.models.patient import Patient
    from shared.models.visit_type import VisitType

ONE = "/patients/<uuid:patient_id>/bookings"
PAGE = "admin/desk_booking/new.html"
LINK, LATER, FREE = "link", "later", "free"


@blueprint.get("/bookings/new")
@blueprint.get(f"{ONE}/new")
@requires("schedule.change")
def desk_bookings_new(patient_id: UUID | None = None) -> Response:
    """The board for one person; with a time in the address, the last questions beside it."""
    if patient_id is None:
        return find_page()
    patient = access_patient(transaction(), viewer=viewer(), patient_id=patient_id)
    visit = _visit(request.args.get("visit"))
    if visit is None:
        return page(PAGE, person=present_person(patient), visits=[], board=None, form=BookForm())
    return page(PAGE, **_shown(patient, visit, BookForm()))


@blueprint.post(ONE)
@requires("schedule.change")
def desk_bookings_create(patient_id: UUID) -> Response:
    """Book it, or keep it and mail the way to pay."""
    patient = access_patient(transaction(), viewer=viewer(), patient_id=patient_id)
    form, visit = BookForm(request.form), _visit(request.form.get("visit"))
    at, person = form.time(), form.person()
    if visit is None or not form.validate() or at is None or person is None:
        return to("admin.desk_bookings_new", patient_id=patient_id)
    if form.pay.data not in dict(_ways(patient, visit, at)):
        form.pay.errors = [_("Choose how it is paid.")]
        return invalid(PAGE, **_shown(patient, visit, form))
    try:
        row = _take(form, patient, visit)
    except booking.SlotRefused as refused:
        taken = isinstance(refused, booking.JustTaken)
        refusal = just_taken() if taken else refusal_words(refused.refusal)
        return invalid(PAGE, status=409, refusal=refusal, **_shown(patient, visit, form))
    except booking.OwnOverlap:
        return invalid(PAGE, status=409, refusal=own_overlap(), **_shown(patient, visit, form))
    except booking.TooSoonToPay:
        return to("admin.desk_bookings_new", patient_id=patient_id)
    note(_done(row, patient, form.pay.data))
    return to("admin.schedule_show", appointment_id=row.id)


def _take(form: BookForm, patient: "Patient", visit: "VisitType") -> Any:
    take = booking.hold_for_payment if form.pay.data == LINK else booking.book_at_desk
    return take(
        transaction(),
        visit_type=visit,
        practitioner_id=form.person(),  # type: ignore[arg-type]  # asked by the caller
        patient_id=patient.id,
        starts_at=form.time(),  # type: ignore[arg-type]  # asked by the caller
        time_zone=patient.time_zone,
        state=str(form.state.data or "")[:2],
        by=viewer(),
        override_reason=form.reason.data or None,
    )


def _done(row: Any, patient: "Patient", paid: str) -> str:
    name = f"{patient.given_name} {patient.family_name}"
    at = when(row.starts_at, practice().time_zone)
    if paid == LINK:
        until = when(row.hold_expires_at, practice().time_zone)
        return _(
            "%(at)s is kept for %(name)s, who gets a link to pay until %(until)s.",
            at=at,
            name=name,
            until=until,
        )
    return _("%(name)s is booked for %(at)s.", name=name, at=at)


def _visit(slug: str | None) -> "VisitType | None":
    """The kind of visit in the address, or the first on offer."""
    offered = booking.list_visit_types(transaction(), practice_id=practice_id())
    return next((each for each in offered if each.slug == slug), offered[0] if offered else None)


def _shown(patient: "Patient", visit: "VisitType", form: BookForm) -> dict[str, Any]:
    """The page; after a refusal with what was chosen and typed."""
    args = request.form if request.method == "POST" else request.args
    person_id = read_id(args.get("with"))
    state = patient.state if patient.state in visit.states else visit.states[0]
    fixed = {"visit": visit.slug, "with": person_id}

    def href(**changed: Any) -> str:
        values = {**fixed, **changed}
        return url_for("admin.desk_bookings_new", patient_id=patient.id, **values)

    wanted = Wanted(visit, practice().time_zone, patient.time_zone, state, person_id)
    board = make_board(wanted, args, href)
    return {
        "person": present_person(patient),
        "patient": patient,
        "visit": visit,
        "visits": booking.list_visit_types(transaction(), practice_id=practice_id()),
        "people": list_people(transaction(), practice_id=practice_id()),
        "with_id": person_id,
        "their_zone": zone_name(patient.time_zone),
        "board": board,
        "form": _prepare(form, patient, visit, board, state),
    }


def _prepare(
    form: BookForm, patient: "Patient", visit: "VisitType", board: Board, state: str
) -> BookForm:
    """Choices that fit the person, the visit and the time."""
    form.state.choices = [SelectChoice(code, NAMES[code]) for code in sorted(visit.states)]
    form.state.data = form.state.data or state
    chosen = board.chosen
    if chosen is not None and chosen.possible:
        form.at.data, form.who.data = chosen.value, str(chosen.who)
        ways = _ways(patient, visit, chosen.at)
        form.pay.choices = [SelectChoice(*way) for way in ways]
        form.pay.data = form.pay.data or (ways[0][0] if ways else None)
    form.visit.data = visit.slug
    return form


def _ways(patient: "Patient", visit: "VisitType", at: Any) -> list[tuple[str, str]]:
    """How this visit can be paid for: by a link, later where the practice allows it, not at all."""
    if visit.price_minor == 0:
        return [(FREE, _("Nothing to pay"))]
    ways = []
    until = booking.pay_until(at)
    if patient.email and until is not None:
        words = _(
            "Mail a link to pay, and keep the time until %(until)s",
            until=when(until, practice().time_zone),
        )
        ways.append((LINK, words))
    if practice().desk_pay_later:
        ways.append((LATER, _("Book now, pay later")))
    return ways
