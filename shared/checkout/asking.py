"""Somebody does not want to wait for Stripe's message."""

from uuid import UUID

from sqlalchemy.orm import Session

from shared.access.payments import access_payment, list_checkouts
from shared.access.principal import Principal
from shared.billing.states import LIVE_CHECKOUTS
from shared.queue import defer


def ask_stripe(session: Session, *, payment_id: UUID, by: Principal) -> None:
    """Have a job look at the payment's open pages now. Raises NotFound."""
    payment = access_payment(session, viewer=by, payment_id=payment_id)
    for page in list_checkouts(session, viewer=by, payment_id=payment.id):
        if page.status in LIVE_CHECKOUTS:
            defer(
                session,
                "refresh_checkout",
                queueing_lock=f"refresh:{page.id}",
                checkout_id=page.id,
            )
