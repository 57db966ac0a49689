"""Doors to what hangs on an e-mail address: whose records carry it, and whether mail comes back."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.access.principal import Principal
from shared.events import look
from shared.models.patient import Patient
from shared.models.patient_access import PatientAccess
from shared.models.suppression import Suppression

OWN = ("self", "family")


def lock_records_of_address(
    session: Session, *, practice_id: UUID, account_id: UUID, email_bidx: bytes
) -> list[Patient]:
    """The account's own records that carry the address, locked: they move when it does.

    Nothing of them reaches a screen, so no look is noted; the move is an act.
    """
    own = select(PatientAccess.patient_id).where(
        PatientAccess.practice_id == practice_id,
        PatientAccess.account_id == account_id,
        PatientAccess.relationship.in_(OWN),
        PatientAccess.ended_at.is_(None),
    )
    wanted = (
        select(Patient)
        .where(
            Patient.practice_id == practice_id,
            Patient.email_bidx == email_bidx,
            Patient.id.in_(own),
        )
        .order_by(Patient.id)
        .with_for_update()
    )
    return list(session.scalars(wanted.execution_options(door=True)))


def why_no_mail(session: Session, *, viewer: Principal, email_bidx: bytes | None) -> str | None:
    """Why mail to the viewer's own address is held back ("bounced", "complained"), if it is."""
    if viewer.patient_id is None or email_bidx is None:
        return None
    row = session.execute(
        select(Suppression.id, Suppression.reason)
        .where(
            Suppression.practice_id == viewer.practice_id,
            Suppression.patient_id == viewer.patient_id,
            Suppression.channel == "email",
            Suppression.to_bidx == email_bidx,
            Suppression.lifted_at.is_(None),
        )
        .execution_options(door=True)
    ).first()
    if row is None:
        return None
    look(
        session,
        "suppression.viewed",
        target=("suppression", row.id),
        patient_id=viewer.patient_id,
    )
    return str(row.reason)
