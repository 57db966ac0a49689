"""What goes to and comes from the card processor, as frozen values with Stripe's own names."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    """One Checkout page to be opened: opaque ids, an amount, an e-mail address, nothing else.

    `amount_minor` is in the currency's smallest unit, `expires_at` between 30 minutes and
    24 hours ahead (Stripe's bounds).
    """

    practice: str
    payment: str
    checkout: str
    amount_minor: int
    currency: str
    customer_email: str | None
    success_url: str
    cancel_url: str
    expires_at: datetime
    # What Stripe calls the visit; the adapter's default when nothing is said.
    product_name: str | None = None


@dataclass(frozen=True, slots=True)
class CheckoutState:
    """A Checkout Session as it stands at Stripe now."""

    id: str
    status: str
    payment_status: str
    amount_minor: int
    currency: str
    payment_intent: str | None
    url: str | None
    practice: str | None
    payment: str | None
    checkout: str | None
    livemode: bool

    @property
    def is_paid(self) -> bool:
        """Only a complete session whose money is not still on its way counts as paid."""
        return self.status == "complete" and self.payment_status == "paid"


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """Money to give back; `refund` is our opaque id of the refund."""

    practice: str
    refund: str
    payment_intent: str
    amount_minor: int
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class RefundState:
    """A refund as it stands at Stripe now."""

    id: str
    status: str
    amount_minor: int
    currency: str
    payment_intent: str | None
    practice: str | None
    refund: str | None
    failure_reason: str | None


@dataclass(frozen=True, slots=True)
class VendorEvent:
    """A notification: a hint that an object changed, never the truth about it."""

    id: str
    type: str
    created: int
    livemode: bool
    object_type: str
    object_id: str
    practice: str | None


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event of the vendor's own list, with its text as it would have arrived."""

    event: VendorEvent
    body: str
