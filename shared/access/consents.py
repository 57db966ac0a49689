"""Doors to what a patient agreed to."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.access.principal import Principal
from shared.access.theirs import theirs
from shared.events import look
from shared.models.consent import Consent


def find_consent(
    session: Session, *, viewer: Principal, patient_id: UUID, kind: str
) -> Consent | None:
    """The consent that stands, None when none was given or it was taken back."""
    row = session.execute(
        select(Consent)
        .where(
            Consent.practice_id == viewer.practice_id,
            Consent.patient_id == patient_id,
            Consent.kind == kind,
            Consent.revoked_at.is_(None),
            *theirs(viewer, Consent.patient_id),
        )
        .execution_options(door=True)
    ).scalar_one_or_none()
    if row is not None:
        look(session, "consent.viewed", target=row, patient_id=patient_id)
    return row
