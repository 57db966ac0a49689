"""What one agreed to, and taking it back."""

from flask import Response

from portal import blueprint
from portal.visits.presenters import paragraphs
from shared.access.consents import find_consent
from shared.people.consent_texts import TELEHEALTH, consent_text
from shared.visits.consents import revoke_consent
from shared.web.answers import page, to
from shared.web.current import transaction, viewer
from shared.web.i18n import gettext as _
from shared.web.policy import requires
from shared.web.signing_in import note, take_notice


@blueprint.get("/consents")
@requires("visit.attend")
def consents_index() -> Response:
    """The text that stands, since when; or that none does."""
    patient_id, text = viewer().patient_id, consent_text()
    if patient_id is None:
        return to("portal.home_index")
    given = find_consent(transaction(), viewer=viewer(), patient_id=patient_id, kind=TELEHEALTH)
    return page(
        "portal/visits/consents.html",
        given=given,
        text=text,
        paragraphs=paragraphs(text),
        notice=take_notice(),
    )


@blueprint.post("/consents/revocation")
@requires("visit.attend")
def consent_revocations_create() -> Response:
    """Take it back; the next check-in asks again."""
    patient_id = viewer().patient_id
    if patient_id is None:
        return to("portal.home_index")
    given = find_consent(transaction(), viewer=viewer(), patient_id=patient_id, kind=TELEHEALTH)
    if given is not None:
        revoke_consent(transaction(), consent=given)
        note(_("You took your consent back. We ask again before your next visit by video."))
    return to("portal.consents_index")
