"""The books: each movement of money once, with both sides named."""

from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.models.checkout_session import CheckoutSession
from shared.models.ledger_entry import LedgerEntry
from shared.models.payment import Payment
from shared.models.refund import Refund

REVENUE = "visit_revenue"


def clearing(account_key: str) -> str:
    """Money that is with Stripe and not yet at the bank, by Stripe account."""
    return f"stripe_clearing:{account_key}"


def add_capture(session: Session, *, payment: Payment, checkout: CheckoutSession) -> None:
    """Money arrived at Stripe."""
    if checkout.captured_minor is None:
        raise AssertionError("a page is booked only once its money is known")
    _add(
        session,
        payment,
        checkout.id,
        kind="capture",
        amount_minor=checkout.captured_minor,
        debit=clearing(payment.account_key),
        credit=REVENUE,
    )


def add_refund(session: Session, *, payment: Payment, refund: Refund) -> None:
    """Money left Stripe for the patient's card."""
    _add(
        session,
        payment,
        refund.checkout_session_id,
        kind="refund",
        amount_minor=refund.amount_minor,
        debit=REVENUE,
        credit=clearing(payment.account_key),
        refund_id=refund.id,
    )


def add_refund_reversal(session: Session, *, payment: Payment, refund: Refund) -> None:
    """The card's bank sent the money back to Stripe: the refund did not happen after all."""
    _add(
        session,
        payment,
        refund.checkout_session_id,
        kind="refund_reversal",
        amount_minor=refund.amount_minor,
        debit=clearing(payment.account_key),
        credit=REVENUE,
        refund_id=refund.id,
    )


def _add(
    session: Session,
    payment: Payment,
    checkout_id: UUID,
    *,
    kind: str,
    amount_minor: int,
    debit: str,
    credit: str,
    refund_id: UUID | None = None,
) -> None:
    session.add(
        LedgerEntry(
            practice_id=payment.practice_id,
            payment_id=payment.id,
            checkout_session_id=checkout_id,
            refund_id=refund_id,
            kind=kind,
            debit_account=debit,
            credit_account=credit,
            amount_minor=amount_minor,
            currency=payment.currency,
            recorded_at=clock.now(),
        )
    )
