"""Money goes back: asked for as a row, carried out by a job, and it may yet fail days later."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.access.payments import (
    access_checkout,
    access_payment,
    access_refund,
    list_checkouts,
    list_refunds,
)
from shared.access.principal import Principal
from shared.adapters.payments.values import RefundRequest, RefundState
from shared.attention import raise_item
from shared.billing import ledger
from shared.billing.amounts import told
from shared.billing.errors import NothingToRefund
from shared.billing.states import (
    MONEY_CAME_BACK,
    MONEY_LEFT,
    REFUND_MOVES,
    CheckoutStatus,
    PaymentStatus,
    RefundStatus,
    may_move,
)
from shared.events import act
from shared.models.checkout_session import CheckoutSession
from shared.models.payment import Payment
from shared.models.refund import Refund
from shared.queue import defer

CLAIM_GOOD_FOR = timedelta(seconds=60)
CLAIMABLE = frozenset({RefundStatus.QUEUED, RefundStatus.UNKNOWN})


def refund_payment(session: Session, *, payment: Payment, reason: str, by: Principal) -> Refund:
    """Give back everything that was taken for the visit. Raises NothingToRefund.

    The caller holds the payment's lock. Already asked for: the refund under way.
    """
    for page in list_checkouts(session, viewer=by, payment_id=payment.id):
        if page.status == CheckoutStatus.COMPLETE and not _returned(session, page, by):
            return refund_page(session, payment=payment, page=page, reason=reason)
    raise NothingToRefund


def refund_page(
    session: Session, *, payment: Payment, page: CheckoutSession, reason: str
) -> Refund:
    """Give back what one page took, once. Raises NothingToRefund when it took nothing."""
    if page.captured_minor is None:
        raise NothingToRefund
    refund = Refund(
        practice_id=payment.practice_id,
        payment_id=payment.id,
        checkout_session_id=page.id,
        patient_id=payment.patient_id,
        amount_minor=page.captured_minor,
        currency=payment.currency,
        reason=reason,
        status=RefundStatus.QUEUED,
        created_at=clock.now(),
        attempts=0,
    )
    session.add(refund)
    act(
        session,
        "refund.requested",
        target=refund,
        patient_id=payment.patient_id,
        why=reason,
        **told(refund.amount_minor, refund.currency),
    )
    defer(session, "submit_refund", lock=f"payment:{payment.id}", refund_id=refund.id)
    return refund


@dataclass(frozen=True, slots=True)
class RefundClaim:
    """What to ask of which account."""

    account_key: str
    request: RefundRequest


def claim_refund(session: Session, *, refund_id: UUID, by: Principal) -> RefundClaim | None:
    """Take a queued refund to Stripe: what to ask for, or None when there is nothing to do."""
    payment, refund = lock_refund(session, refund_id=refund_id, by=by)
    now = clock.now()
    abandoned = refund.status == RefundStatus.SUBMITTING and (
        refund.claimed_at is None or now - refund.claimed_at > CLAIM_GOOD_FOR
    )
    if refund.status not in CLAIMABLE and not abandoned:
        return None
    page = access_checkout(session, viewer=by, checkout_id=refund.checkout_session_id)
    if page.payment_intent is None:
        raise NothingToRefund
    refund.status = RefundStatus.SUBMITTING
    refund.claimed_at, refund.attempts = now, refund.attempts + 1
    act(session, "refund.claimed", target=refund, patient_id=refund.patient_id)
    request = RefundRequest(
        practice=str(refund.practice_id),
        refund=str(refund.id),
        payment_intent=page.payment_intent,
        amount_minor=refund.amount_minor,
        duplicate=refund.reason == "paid_twice",
    )
    return RefundClaim(payment.account_key, request)


def lock_refund(session: Session, *, refund_id: UUID, by: Principal) -> tuple[Payment, Refund]:
    """The refund and its payment, kept to ourselves. Raises NotFound."""
    refund = access_refund(session, viewer=by, refund_id=refund_id)
    payment = access_payment(session, viewer=by, payment_id=refund.payment_id, lock=True)
    return payment, access_refund(session, viewer=by, refund_id=refund_id)


def note_refund_unknown(session: Session, *, refund_id: UUID, code: str, by: Principal) -> None:
    """No clear answer from Stripe: the same request will be repeated."""
    refund = lock_refund(session, refund_id=refund_id, by=by)[1]
    if may_move(REFUND_MOVES, RefundStatus(refund.status), RefundStatus.UNKNOWN):
        refund.status, refund.last_error = RefundStatus.UNKNOWN, code
        act(session, "refund.unknown", target=refund, patient_id=refund.patient_id, code=code)


def note_refund_refused(session: Session, *, payment: Payment, refund: Refund, code: str) -> None:
    """Stripe will not give the money back: a person has to look."""
    _move(session, payment, refund, RefundStatus.FAILED, code)


def note_refund(session: Session, *, payment: Payment, refund: Refund, state: RefundState) -> bool:
    """Take over the refund's state at Stripe; True when the money has now left for the patient.

    The caller holds the locks of both rows.
    """
    refund.vendor_id = refund.vendor_id or state.id
    return _move(session, payment, refund, RefundStatus(state.status), state.failure_reason)


def _move(
    session: Session, payment: Payment, refund: Refund, wanted: RefundStatus, code: str | None
) -> bool:
    before = RefundStatus(refund.status)
    if not may_move(REFUND_MOVES, before, wanted):
        return False
    refund.status, refund.last_error = wanted, code
    left = wanted in MONEY_LEFT and before not in MONEY_LEFT
    if wanted in MONEY_CAME_BACK or wanted is RefundStatus.SUCCEEDED:
        refund.ended_at = clock.now()
    if left:
        ledger.add_refund(session, payment=payment, refund=refund)
    elif wanted in MONEY_CAME_BACK and before in MONEY_LEFT:
        ledger.add_refund_reversal(session, payment=payment, refund=refund)
    if refund.reason != "paid_twice":
        _tell_payment(payment, wanted)
    act(
        session,
        f"refund.{wanted}",
        target=refund,
        patient_id=refund.patient_id,
        **told(refund.amount_minor, refund.currency),
    )
    if wanted in MONEY_CAME_BACK:
        raise_item(
            session,
            "refund_failed",
            subject=("refund", refund.id),
            patient_id=refund.patient_id,
            code=code or wanted,
        )
    return left


def _tell_payment(payment: Payment, wanted: RefundStatus) -> None:
    if wanted in MONEY_LEFT and payment.status == PaymentStatus.SUCCEEDED:
        payment.status, payment.ended_at = PaymentStatus.REFUNDED, clock.now()
    elif wanted in MONEY_CAME_BACK and payment.status == PaymentStatus.REFUNDED:
        payment.status, payment.ended_at = PaymentStatus.SUCCEEDED, None


def _returned(session: Session, page: CheckoutSession, by: Principal) -> bool:
    """Whether this page's money is back, or on its way."""
    return any(
        refund.checkout_session_id == page.id and refund.status not in MONEY_CAME_BACK
        for refund in list_refunds(session, viewer=by, payment_id=page.payment_id)
    )
