"""A patient wants to pay: the payment and the page for it, as rows; Stripe is asked later."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.access.payments import find_appointment_payment, list_checkouts
from shared.access.principal import Principal
from shared.billing.amounts import told
from shared.billing.errors import NothingToPay, TooManyPages
from shared.billing.settings import resolve_payment_setting
from shared.billing.states import LIVE_CHECKOUTS, CheckoutStatus, PaymentStatus
from shared.events import act
from shared.models.checkout_session import CheckoutSession
from shared.models.payment import Payment
from shared.queue import defer

# Stripe's shortest is 30 minutes, counted when it hears of it; the worker may be a little late.
PAGE_OPEN_FOR = timedelta(minutes=34)
# A page about to close is of no use to somebody who still has to find their card.
PAGE_WORTH_SHOWING = timedelta(minutes=1)
PAGES_AT_MOST = 5


def open_payment(
    session: Session,
    *,
    appointment_id: UUID,
    patient_id: UUID,
    amount_minor: int,
    currency: str,
    by: Principal,
) -> Payment:
    """The one payment of an appointment, made at the first call, locked until the commit.

    Raises NothingToPay when it is settled, or the visit is free.
    """
    if amount_minor <= 0:
        raise NothingToPay
    # Two presses at once: the second waits here and finds what the first has made.
    payment = find_appointment_payment(session, viewer=by, appointment_id=appointment_id, lock=True)
    if payment is None:
        chosen = resolve_payment_setting(session)
        payment = Payment(
            practice_id=by.practice_id,
            appointment_id=appointment_id,
            patient_id=patient_id,
            account_key=chosen.account_key,
            account_source=chosen.source,
            amount_minor=amount_minor,
            currency=currency,
            status=PaymentStatus.OPEN,
            created_at=clock.now(),
        )
        session.add(payment)
        act(
            session,
            "payment.opened",
            target=payment,
            patient_id=patient_id,
            **told(amount_minor, currency),
        )
    if payment.status == PaymentStatus.CANCELED:
        payment.status, payment.ended_at = PaymentStatus.OPEN, None
        act(session, "payment.reopened", target=payment, patient_id=payment.patient_id)
    if payment.status != PaymentStatus.OPEN:
        raise NothingToPay
    return payment


def open_page(
    session: Session, *, payment: Payment, success_url: str, cancel_url: str, by: Principal
) -> CheckoutSession:
    """The page on which `payment` can be paid now: the one that is open, or a new one, queued.

    The caller holds the payment's lock. Raises TooManyPages.
    """
    now = clock.now()
    pages = list_checkouts(session, viewer=by, payment_id=payment.id)
    for page in pages:
        if page.status in LIVE_CHECKOUTS:
            if page.expires_at - now > PAGE_WORTH_SHOWING:
                return page
            _close(session, page, now)
    if len(pages) >= PAGES_AT_MOST:
        raise TooManyPages
    chosen = resolve_payment_setting(session)
    page = CheckoutSession(
        practice_id=payment.practice_id,
        payment_id=payment.id,
        patient_id=payment.patient_id,
        status=CheckoutStatus.QUEUED,
        success_url=success_url,
        cancel_url=cancel_url,
        product_name=chosen.product_name,
        receipts=chosen.receipts,
        created_at=now,
        expires_at=now + PAGE_OPEN_FOR,
        attempts=0,
    )
    session.add(page)
    act(session, "checkout.requested", target=page, patient_id=payment.patient_id)
    defer(session, "create_checkout", lock=f"payment:{payment.id}", checkout_id=page.id)
    return page


def _close(session: Session, page: CheckoutSession, at: datetime) -> None:
    page.status, page.ended_at = CheckoutStatus.EXPIRED, at
    act(session, "checkout.expired", target=page, patient_id=page.patient_id)
    if page.vendor_id:
        defer(session, "expire_checkout", lock=f"payment:{page.payment_id}", checkout_id=page.id)
