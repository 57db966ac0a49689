"""Going on by phone: confirm a number, then the doctor calls."""

from uuid import UUID

from flask import Response, request

from portal import blueprint
from portal.visits.forms import PhoneForm
from portal.visits.standing import ARRIVED, Standing, find_standing, lead_on
from shared.access.errors import NotFound
from shared.access.patients import access_own_patient
from shared.people.consent_texts import PHONE, consent_text
from shared.visits.consents import sign_consent
from shared.visits.errors import ConsentMissing, NumberUnusable, Over
from shared.visits.phone import convert_to_phone
from shared.visits.signals import browser_family
from shared.web.answers import invalid, page, to
from shared.web.current import transaction, viewer
from shared.web.formats import phone as phone_words
from shared.web.policy import requires


@blueprint.get("/appointments/<uuid:appointment_id>/visit/phone/new")
@requires("visit.attend")
def phone_calls_new(appointment_id: UUID) -> Response:
    """The number we know, to confirm or to change."""
    standing = find_standing(appointment_id)
    if standing.place not in ARRIVED:
        return lead_on(standing)
    known = standing.opened.phone or _own_number()
    data = {
        "number": phone_words(known) if known else "",
        "reason": request.args.get("why", ""),
        "version": consent_text(PHONE).version,
    }
    return _form_page(standing, PhoneForm(data=data))


@blueprint.post("/appointments/<uuid:appointment_id>/visit/phone")
@requires("visit.attend")
def phone_calls_create(appointment_id: UUID) -> Response:
    """The press is the agreement; the doctor sees the number at once."""
    standing = find_standing(appointment_id)
    if standing.place not in ARRIVED:
        return lead_on(standing)
    form = PhoneForm(request.form)
    if not form.validate():
        return _form_page(standing, form)
    try:
        sign_consent(
            transaction(),
            visit=standing.opened,
            version=form.version.data or "",
            by=viewer(),
            kind=PHONE,
        )
        convert_to_phone(
            transaction(),
            visit=standing.opened,
            reason=form.why,
            number=form.number.data or "",
            by=viewer(),
            browser=browser_family(request.headers.get("User-Agent", "")),
        )
    except (ConsentMissing, NumberUnusable, Over):
        return to("portal.phone_calls_new", appointment_id=appointment_id)
    return to("portal.phone_calls_show", appointment_id=appointment_id)


@blueprint.get("/appointments/<uuid:appointment_id>/visit/phone")
@requires("visit.attend")
def phone_calls_show(appointment_id: UUID) -> Response:
    """Your doctor calls you."""
    standing = find_standing(appointment_id)
    if standing.place != "phone":
        return lead_on(standing)
    template = "_calling.html" if request.args.get("poll") else "phone.html"
    return page(
        f"portal/visits/{template}",
        standing=standing,
        visit=standing.opened,
        appointment_id=appointment_id,
    )


def _form_page(standing: Standing, form: PhoneForm) -> Response:
    answer, text = invalid if form.errors else page, consent_text(PHONE)
    return answer("portal/visits/phone_form.html", standing=standing, form=form, text=text)


def _own_number() -> str | None:
    """The number of the record; whoever acts for the patient types their own."""
    try:
        known: str | None = access_own_patient(transaction(), viewer=viewer()).phone
    except NotFound:
        return None
    return known
