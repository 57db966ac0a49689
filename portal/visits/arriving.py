"""Check-in: where one is, then the consent where it is missing; each a step that posts."""

from uuid import UUID

from flask import Response, request

from portal import blueprint
from portal.visits.forms import ConsentForm, KnownPlaceForm, PlaceForm
from portal.visits.presenters import paragraphs
from portal.visits.standing import ARRIVED, Standing, asks_who, find_standing, lead_on
from shared.auth.errors import TooOften
from shared.people.consent_texts import consent_text
from shared.visits.arriving import ask_to_look, say_where
from shared.visits.attending import check_in, open_visit
from shared.visits.consents import has_agreed, sign_consent
from shared.visits.errors import ConsentMissing, NotLicensed, NotThem, VisitRefused
from shared.visits.identity import confirm_identity
from shared.visits.states import MoveRefused
from shared.web.answers import invalid, page, to
from shared.web.current import transaction, viewer
from shared.web.i18n import gettext as _
from shared.web.policy import requires
from shared.web.states import state_name

WHERE = ARRIVED | {"where", "consent"}


@blueprint.get("/appointments/<uuid:appointment_id>/visit/where")
@requires("visit.attend")
def visit_places_new(appointment_id: UUID) -> Response:
    """The first question, with the answer given at the booking."""
    standing = find_standing(appointment_id)
    if standing.place not in WHERE:
        return lead_on(standing)
    said = standing.visit.location_state if standing.visit else None
    form = _form_of(standing)(data={"state": said or standing.booked.appointment.state or ""})
    return _place_page(standing, form)


@blueprint.post("/appointments/<uuid:appointment_id>/visit/where")
@requires("visit.attend")
def visit_places_create(appointment_id: UUID) -> Response:
    """Keep it, or say kindly that the doctor may not see anybody there."""
    standing = find_standing(appointment_id)
    if standing.place not in WHERE:
        return lead_on(standing)
    form = _form_of(standing)(request.form)
    if not form.validate():
        return _place_page(standing, form)
    visit = open_visit(transaction(), appointment=standing.booked.appointment, by=viewer())
    try:
        if isinstance(form, KnownPlaceForm):
            confirm_identity(transaction(), visit=visit, born=form.born, by=viewer())
        say_where(transaction(), visit=visit, state=form.state.data, by=viewer())
    except NotLicensed as refusal:
        ask_to_look(transaction(), visit=visit, refusal=refusal)
        return _refused(standing, refusal.state)
    except NotThem:
        form["birth_date"].errors = [_("That is not the date we have. Look again, or call us.")]
        return _place_page(standing, form, keep=True)
    except TooOften:
        form["birth_date"].errors = [_("That was tried too often. Please call us.")]
        return _place_page(standing, form)
    if has_agreed(transaction(), patient_id=visit.patient_id, by=viewer()):
        return _arrive(find_standing(appointment_id))
    return to("portal.visit_consents_new", appointment_id=appointment_id)


@blueprint.get("/appointments/<uuid:appointment_id>/visit/consent")
@requires("visit.attend")
def visit_consents_new(appointment_id: UUID) -> Response:
    """The text, once for as long as it stays the same."""
    standing = find_standing(appointment_id)
    if standing.place != "consent":
        return lead_on(standing)
    return _consent_page(standing, ConsentForm(data={"version": consent_text().version}))


@blueprint.post("/appointments/<uuid:appointment_id>/visit/consent")
@requires("visit.attend")
def visit_consents_create(appointment_id: UUID) -> Response:
    """Agree, and be checked in."""
    standing = find_standing(appointment_id)
    if standing.place != "consent":
        return lead_on(standing)
    form = ConsentForm(request.form)
    if not form.validate():
        return _consent_page(standing, form)
    try:
        sign_consent(
            transaction(), visit=standing.opened, version=form.version.data or "", by=viewer()
        )
    except ConsentMissing:
        return to("portal.visit_consents_new", appointment_id=appointment_id)
    return _arrive(find_standing(appointment_id))


def _arrive(standing: Standing) -> Response:
    """Checked in; the first time on to the devices, later back to where one was."""
    visit = standing.opened
    first = visit.checked_in_at is None
    try:
        check_in(transaction(), visit=visit, state=visit.location_state or "", by=viewer())
    except NotLicensed as refusal:
        return _refused(standing, refusal.state)
    except (VisitRefused, MoveRefused):
        return lead_on(find_standing(standing.id))
    if first:
        return to("portal.visit_checks_new", appointment_id=standing.id)
    return lead_on(find_standing(standing.id))


def _form_of(standing: Standing) -> type[PlaceForm]:
    return KnownPlaceForm if asks_who(standing.visit) else PlaceForm


def _place_page(standing: Standing, form: PlaceForm, *, keep: bool = False) -> Response:
    if not form.errors:
        return page("portal/visits/where.html", standing=standing, form=form)
    return invalid("portal/visits/where.html", keep=keep, standing=standing, form=form)


def _consent_page(standing: Standing, form: ConsentForm) -> Response:
    answer, text = invalid if form.errors else page, consent_text()
    return answer(
        "portal/visits/consent.html",
        standing=standing,
        form=form,
        text=text,
        paragraphs=paragraphs(text),
    )


def _refused(standing: Standing, state: str) -> Response:
    """Kept: the practice learns of it."""
    return invalid(
        "portal/visits/unlicensed.html",
        status=409,
        keep=True,
        standing=standing,
        state=state_name(state),
    )
