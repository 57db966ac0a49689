"""How the money of one visit stands, in the few words a person needs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.access.payments import (
    access_payment,
    find_appointment_payment,
    list_checkouts,
    list_refunds,
)
from shared.access.principal import Principal
from shared.billing.states import (
    LIVE_CHECKOUTS,
    MONEY_CAME_BACK,
    CheckoutStatus,
    PaymentStatus,
    RefundStatus,
)
from shared.booking.states import Status
from shared.models.appointment import Appointment
from shared.models.checkout_session import CheckoutSession
from shared.models.payment import Payment
from shared.models.refund import Refund


class Standing(StrEnum):
    """What the patient sees; each has one next step."""

    OPENING = "opening"
    READY = "ready"
    TROUBLE = "trouble"
    CLOSED = "closed"
    PAID = "paid"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"


# A page that waits need not wait any longer.
FINAL = frozenset(
    {
        Standing.CLOSED,
        Standing.PAID,
        Standing.REFUNDING,
        Standing.REFUNDED,
        Standing.REFUND_FAILED,
        Standing.TROUBLE,
    }
)


# Before the money, or without any having moved yet.
UNPAID = frozenset({Standing.OPENING, Standing.READY, Standing.TROUBLE, Standing.CLOSED})
# A visit that was booked to be paid later is owed from then on, unless it did not take place.
OWED_IN = frozenset({Status.BOOKED, Status.CHECKED_IN, Status.ARRIVED, Status.FULFILLED})


@dataclass(frozen=True, slots=True)
class Money:
    """The money of one visit. `url` is Stripe's page while the patient can pay there."""

    payment_id: UUID
    appointment_id: UUID
    patient_id: UUID
    standing: Standing
    amount_minor: int
    currency: str
    paid_at: datetime | None
    refunded_at: datetime | None = None
    why_refunded: str | None = None
    url: str | None = None
    paid_twice: bool = False


def money_of(session: Session, *, viewer: Principal, appointment_id: UUID) -> Money | None:
    """How the visit's money stands; None when nobody began to pay."""
    payment = find_appointment_payment(session, viewer=viewer, appointment_id=appointment_id)
    return None if payment is None else _money(session, viewer, payment)


def money_of_payment(session: Session, *, viewer: Principal, payment_id: UUID) -> Money:
    """How a payment stands. Raises NotFound."""
    payment = access_payment(session, viewer=viewer, payment_id=payment_id)
    return _money(session, viewer, payment)


def is_owed(appointment: Appointment, money: Money | None) -> bool:
    """True for a booked visit that costs something and was not paid for."""
    if appointment.status not in OWED_IN or appointment.price_minor <= 0:
        return False
    return money is None or money.standing in UNPAID


def _money(session: Session, viewer: Principal, payment: Payment) -> Money:
    pages = list_checkouts(session, viewer=viewer, payment_id=payment.id)
    refunds = list_refunds(session, viewer=viewer, payment_id=payment.id)
    own = [refund for refund in refunds if refund.reason != "paid_twice"]
    refund = own[0] if own else None
    page = pages[0] if pages else None
    standing = _refund_standing(refund) if refund else _standing(payment, page)
    return Money(
        payment_id=payment.id,
        appointment_id=payment.appointment_id,
        patient_id=payment.patient_id,
        standing=standing,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        paid_at=payment.paid_at,
        refunded_at=refund.ended_at if refund else None,
        why_refunded=refund.reason if refund else None,
        url=page.url if page and standing is Standing.READY else None,
        paid_twice=len(refunds) > len(own),
    )


def _standing(payment: Payment, page: CheckoutSession | None) -> Standing:
    if payment.status == PaymentStatus.SUCCEEDED:
        return Standing.PAID
    if page is None or payment.status == PaymentStatus.CANCELED:
        return Standing.CLOSED
    if page.status == CheckoutStatus.FAILED:
        return Standing.TROUBLE
    if page.status not in LIVE_CHECKOUTS or page.expires_at <= clock.now():
        return Standing.CLOSED
    return Standing.READY if page.status == CheckoutStatus.OPEN else Standing.OPENING


def _refund_standing(refund: Refund) -> Standing:
    if refund.status in MONEY_CAME_BACK:
        return Standing.REFUND_FAILED
    if refund.status == RefundStatus.SUCCEEDED:
        return Standing.REFUNDED
    return Standing.REFUNDING
