"""The mail that says money is on its way back."""

from sqlalchemy.orm import Session

from shared.access.patients import access_patient
from shared.access.principal import Principal
from shared.messaging.email import send_email
from shared.models.payment import Payment
from shared.models.refund import Refund


def tell_refunded(session: Session, *, payment: Payment, refund: Refund, by: Principal) -> None:
    """Once per refund; without an address the dispatch says so itself."""
    patient = access_patient(session, viewer=by, patient_id=payment.patient_id)
    send_email(
        session,
        to=patient.email,
        template="payment_refunded",
        context={"first_name": patient.called, "link": f"/portal/payments/{payment.id}"},
        patient_id=patient.id,
        about=("refund", refund.id),
        dedupe_key=f"payment_refunded:{refund.id}",
    )
