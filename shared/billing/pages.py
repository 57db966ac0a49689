"""Payment pages between our rows and Stripe: claimed for a call, and what came of the call."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.access.payments import access_checkout, access_payment
from shared.access.principal import Principal
from shared.adapters.payments.values import CheckoutRequest, CheckoutState
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

# A claim older than this belongs to a worker that died; repeating its call is safe (same key).
CLAIM_GOOD_FOR = timedelta(seconds=60)
CLAIMABLE = frozenset({CheckoutStatus.QUEUED, CheckoutStatus.UNKNOWN})


def lock_page(
    session: Session, *, checkout_id: UUID, by: Principal
) -> tuple[Payment, CheckoutSession]:
    """The page and its payment, kept to ourselves until the commit. Raises NotFound."""
    page = access_checkout(session, viewer=by, checkout_id=checkout_id)
    payment = access_payment(session, viewer=by, payment_id=page.payment_id, lock=True)
    return payment, access_checkout(session, viewer=by, checkout_id=checkout_id)


@dataclass(frozen=True, slots=True)
class PageClaim:
    """What to ask of which account, and for whom."""

    account_key: str
    patient_id: UUID
    request: CheckoutRequest
    # Whether Stripe is to send its own receipt, and whether no setting of the practice was used.
    receipts: bool = True
    by_default: bool = False


def claim_page(session: Session, *, checkout_id: UUID, by: Principal) -> PageClaim | None:
    """Take a queued page to Stripe: what to ask for, or None when there is nothing to do.

    The same row always makes the same request: that is what makes repeating it safe.
    """
    payment, page = lock_page(session, checkout_id=checkout_id, by=by)
    now = clock.now()
    abandoned = page.status == CheckoutStatus.CREATING and (
        page.claimed_at is None or now - page.claimed_at > CLAIM_GOOD_FOR
    )
    if page.status not in CLAIMABLE and not abandoned:
        return None
    if page.status == CheckoutStatus.QUEUED and page.expires_at <= now:
        return None
    page.status = CheckoutStatus.CREATING
    page.claimed_at, page.attempts = now, page.attempts + 1
    act(session, "checkout.claimed", target=page, patient_id=page.patient_id)
    request = CheckoutRequest(
        practice=str(page.practice_id),
        payment=str(payment.id),
        checkout=str(page.id),
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        customer_email=None,
        success_url=page.success_url,
        cancel_url=page.cancel_url,
        expires_at=page.expires_at,
        product_name=page.product_name,
    )
    return PageClaim(
        payment.account_key,
        page.patient_id,
        request,
        receipts=page.receipts is not False,
        by_default=payment.account_source == "default",
    )


def note_opened(session: Session, *, page: CheckoutSession, state: CheckoutState) -> None:
    """Stripe made the page, or told us of one it had made: keep its id and address."""
    if page.vendor_id is None:
        page.vendor_id, page.url, page.last_error = state.id, state.url, None
        page.opened_at = clock.now()
    if may_move(CHECKOUT_MOVES, CheckoutStatus(page.status), CheckoutStatus.OPEN):
        page.status = CheckoutStatus.OPEN
    if session.is_modified(page):
        act(session, "checkout.opened", target=page, patient_id=page.patient_id)


def note_trouble(
    session: Session, *, checkout_id: UUID, status: CheckoutStatus, code: str, by: Principal
) -> None:
    """The call ended without a page: `unknown` may be repeated, `failed` is final."""
    _, page = lock_page(session, checkout_id=checkout_id, by=by)
    if not may_move(CHECKOUT_MOVES, CheckoutStatus(page.status), status):
        return
    page.status, page.last_error = status, code
    if status is CheckoutStatus.FAILED:
        page.ended_at = clock.now()
    act(session, f"checkout.{status}", target=page, patient_id=page.patient_id, code=code)


def end_page(session: Session, *, page: CheckoutSession, status: CheckoutStatus) -> bool:
    """The page closed without money. False when it was closed, or paid, before."""
    if not may_move(CHECKOUT_MOVES, CheckoutStatus(page.status), status):
        return False
    page.status, page.ended_at = status, clock.now()
    act(session, "checkout.expired", target=page, patient_id=page.patient_id)
    return True


def give_up_payment(session: Session, *, payment: Payment, pages: list[CheckoutSession]) -> bool:
    """No page is left on which it could be paid: the payment is over. True when it now is."""
    if payment.status != PaymentStatus.OPEN or any(p.status in LIVE_CHECKOUTS for p in pages):
        return False
    payment.status, payment.ended_at = PaymentStatus.CANCELED, clock.now()
    act(session, "payment.canceled", target=payment, patient_id=payment.patient_id)
    return True
