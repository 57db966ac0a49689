"""What one has paid, newest first."""

from uuid import UUID

from sqlalchemy.orm import Session

from shared.access.payments import access_payment, list_paid
from shared.access.principal import Principal
from shared.checkout.reading import Money, money_of_payment


def list_own_payments(
    session: Session, *, viewer: Principal, before: UUID | None = None, limit: int = 10
) -> list[Money]:
    """The viewer's payments that were made, with what became of each.

    `before` is the last one of the page before. Raises NotFound for a payment of somebody else's.
    """
    if viewer.patient_id is None:
        return []
    last = access_payment(session, viewer=viewer, payment_id=before) if before else None
    found = list_paid(session, viewer=viewer, patient_id=viewer.patient_id, last=last, limit=limit)
    return [money_of_payment(session, viewer=viewer, payment_id=each.id) for each in found]
