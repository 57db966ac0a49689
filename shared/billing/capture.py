"""Money arrived: booked once, whoever tells us and however often."""

from enum import StrEnum

from sqlalchemy.orm import Session

from shared import clock
from shared.access.payments import list_checkouts
from shared.access.principal import Principal
from shared.adapters.payments.values import CheckoutState
from shared.billing import ledger
from shared.billing.amounts import told
from shared.billing.errors import UnexpectedAmount
from shared.billing.states import (
    CHECKOUT_MOVES,
    LIVE_CHECKOUTS,
    CheckoutStatus,
    PaymentStatus,
    may_move,
)
from shared.events import act
from shared.models.checkout_session import CheckoutSession
from shared.models.payment import Payment
from shared.queue import defer


class Capture(StrEnum):
    """What the news of a paid page meant."""

    FIRST = "first"
    SECOND = "second"
    KNOWN = "known"


def record_capture(
    session: Session,
    *,
    payment: Payment,
    page: CheckoutSession,
    state: CheckoutState,
    by: Principal,
) -> Capture:
    """Book a paid page. SECOND: the visit was paid before, this money has to go back.

    The caller holds the payment's lock. Raises UnexpectedAmount before anything is written.
    """
    if not may_move(CHECKOUT_MOVES, CheckoutStatus(page.status), CheckoutStatus.COMPLETE):
        return Capture.KNOWN
    if (state.amount_minor, state.currency) != (payment.amount_minor, payment.currency):
        raise UnexpectedAmount
    page.status, page.ended_at = CheckoutStatus.COMPLETE, clock.now()
    page.vendor_id, page.payment_intent = state.id, state.payment_intent
    page.captured_minor = state.amount_minor
    first = payment.status in (PaymentStatus.OPEN, PaymentStatus.CANCELED)
    if first:
        payment.status, payment.paid_at, payment.ended_at = (
            PaymentStatus.SUCCEEDED,
            clock.now(),
            None,
        )
    ledger.add_capture(session, payment=payment, checkout=page)
    act(
        session,
        "payment.captured" if first else "payment.captured_twice",
        target=payment,
        patient_id=payment.patient_id,
        **told(state.amount_minor, state.currency),
    )
    _close_others(session, payment, page, by)
    return Capture.FIRST if first else Capture.SECOND


def _close_others(session: Session, payment: Payment, paid: CheckoutSession, by: Principal) -> None:
    """A visit that is paid has no page left open."""
    for page in list_checkouts(session, viewer=by, payment_id=payment.id):
        if page.id != paid.id and page.status in LIVE_CHECKOUTS:
            defer(session, "expire_checkout", lock=f"payment:{payment.id}", checkout_id=page.id)
