"""Telehealth consent: a text with a version, signed once, taken back at any time.

Florida Statutes 456.47 and New Jersey 45:1-62 let a patient agree electronically. A newer version
of the text is asked for anew; what was signed stays, with the fingerprint of the bytes shown.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.access.consents import find_consent
from shared.access.principal import Principal
from shared.access.visits import get_visit
from shared.events import act
from shared.models.consent import Consent
from shared.models.visit import Visit
from shared.people.consent_texts import TELEHEALTH, consent_text
from shared.visits.errors import ConsentMissing


def has_agreed(session: Session, *, patient_id: UUID, by: Principal) -> bool:
    """True when the patient agreed to the text of today."""
    given = find_consent(session, viewer=by, patient_id=patient_id, kind=TELEHEALTH)
    return given is not None and given.version == consent_text().version


def has_signed(session: Session, *, visit: Visit, by: Principal) -> bool:
    """True when the visit's patient agreed to the text of today."""
    return has_agreed(session, patient_id=visit.patient_id, by=by)


def check_consent(session: Session, *, visit: Visit, by: Principal) -> None:
    """Raises ConsentMissing unless the text of today was signed."""
    if not has_signed(session, visit=visit, by=by):
        raise ConsentMissing


def sign_consent(
    session: Session, *, visit: Visit, version: str, by: Principal, kind: str = TELEHEALTH
) -> Consent:
    """Agree to the text of today. Raises ConsentMissing when another version was shown."""
    text = consent_text(kind)
    if version != text.version:
        raise ConsentMissing
    # Two devices at once sign once.
    get_visit(session, viewer=by, visit_id=visit.id, lock=True)
    given = find_consent(session, viewer=by, patient_id=visit.patient_id, kind=kind)
    if given is not None and given.version == text.version:
        return given
    if given is not None:
        revoke_consent(session, consent=given)
    row = Consent(
        practice_id=visit.practice_id,
        patient_id=visit.patient_id,
        kind=kind,
        version=text.version,
        text_sha256=text.sha256,
        signed_at=clock.now(),
        signed_by=by.account_id,
    )
    session.add(row)
    act(
        session,
        "consent.signed",
        target=row,
        patient_id=row.patient_id,
        what=kind,
        version=row.version,
    )
    return row


def revoke_consent(session: Session, *, consent: Consent) -> None:
    """Take it back; visits to come ask again."""
    consent.revoked_at = clock.now()
    act(
        session,
        "consent.revoked",
        target=consent,
        patient_id=consent.patient_id,
        what=consent.kind,
    )
    session.flush()
