"""The mail that says money is on its way back."""

from sqlalchemy.orm import Session

from shared.access.principal import Principal
from shared.messaging.telling import tell_patient
from shared.models.payment import Payment
from shared.models.refund import Refund


def tell_refunded(session: Session, *, payment: Payment, refund: Refund, by: Principal) -> None:
    """Once per refund; without an address the dispatch says so itself."""
    tell_patient(
        session,
        patient_id=payment.patient_id,
        template="payment_refunded",
        about=("refund", refund.id),
        once=str(refund.id),
        context={"link": f"/portal/payments/{payment.id}"},
        by=by,
    )
