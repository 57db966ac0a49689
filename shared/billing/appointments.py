"""What booking asks of money when an appointment ends, by the appointment's id alone."""

from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.access.payments import find_appointment_payment, list_checkouts
from shared.access.principal import Principal
from shared.billing.errors import NothingToRefund
from shared.billing.refunds import refund_payment
from shared.billing.states import LIVE_CHECKOUTS, CheckoutStatus
from shared.events import act
from shared.models.refund import Refund
from shared.queue import defer


def refund_appointment(
    session: Session, *, appointment_id: UUID, reason: str, by: Principal
) -> Refund | None:
    """Give back all that was paid for an appointment; None when nothing was."""
    payment = find_appointment_payment(session, viewer=by, appointment_id=appointment_id, lock=True)
    if payment is None:
        return None
    try:
        return refund_payment(session, payment=payment, reason=reason, by=by)
    except NothingToRefund:
        return None


def abandon_appointment(session: Session, *, appointment_id: UUID, by: Principal) -> None:
    """Nobody will pay for this appointment any more: close its payment page.

    What Stripe has open is closed by a job; should money arrive before that, it goes back.
    """
    payment = find_appointment_payment(session, viewer=by, appointment_id=appointment_id, lock=True)
    if payment is None:
        return
    for page in list_checkouts(session, viewer=by, payment_id=payment.id):
        if page.status == CheckoutStatus.QUEUED:
            page.status, page.ended_at = CheckoutStatus.EXPIRED, clock.now()
            act(session, "checkout.expired", target=page, patient_id=page.patient_id)
        elif page.status in LIVE_CHECKOUTS:
            defer(session, "expire_checkout", lock=f"payment:{payment.id}", checkout_id=page.id)


def close_pages(session: Session, *, appointment_id: UUID, by: Principal) -> int:
    """Have every open payment page of an appointment closed at Stripe; how many there are.

    Whatever a page turns out to be, closed or paid, is settled with the appointment then.
    """
    payment = find_appointment_payment(session, viewer=by, appointment_id=appointment_id, lock=True)
    if payment is None:
        return 0
    live = [
        page
        for page in list_checkouts(session, viewer=by, payment_id=payment.id)
        if page.status in LIVE_CHECKOUTS
    ]
    for page in live:
        defer(session, "expire_checkout", lock=f"payment:{payment.id}", checkout_id=page.id)
    return len(live)
