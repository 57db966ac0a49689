"""The state machines of money, in Stripe's words where Stripe has one.

`payment` is ours: what one visit costs and whether it was settled. `checkout_session` is one
payment page at Stripe. `refund` is money on its way back. Drawn in docs/states.md.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar


class PaymentStatus(StrEnum):
    """Whether a visit has been paid."""

    OPEN = "open"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"
    REFUNDED = "refunded"


class CheckoutStatus(StrEnum):
    """One payment page, from our wish for it to its end."""

    QUEUED = "queued"
    CREATING = "creating"
    UNKNOWN = "unknown"
    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"
    FAILED = "failed"


class RefundStatus(StrEnum):
    """Money on its way back; it can fail days after it was accepted."""

    QUEUED = "queued"
    SUBMITTING = "submitting"
    UNKNOWN = "unknown"
    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


P, C, R = PaymentStatus, CheckoutStatus, RefundStatus

# Money may arrive after we gave up waiting for it: that is why canceled -> succeeded exists.
PAYMENT_MOVES: Mapping[PaymentStatus, frozenset[PaymentStatus]] = {
    P.OPEN: frozenset({P.SUCCEEDED, P.CANCELED}),
    P.CANCELED: frozenset({P.SUCCEEDED, P.OPEN}),
    P.SUCCEEDED: frozenset({P.REFUNDED}),
    P.REFUNDED: frozenset({P.SUCCEEDED}),
}

# The page may be paid before our own note that it was opened is written: hence creating and
# unknown -> complete. Expired -> complete: a payment that was under way when the page closed.
CHECKOUT_MOVES: Mapping[CheckoutStatus, frozenset[CheckoutStatus]] = {
    C.QUEUED: frozenset({C.CREATING, C.EXPIRED}),
    C.CREATING: frozenset({C.OPEN, C.UNKNOWN, C.FAILED, C.COMPLETE, C.EXPIRED}),
    C.UNKNOWN: frozenset({C.CREATING, C.OPEN, C.FAILED, C.COMPLETE, C.EXPIRED}),
    C.OPEN: frozenset({C.COMPLETE, C.EXPIRED}),
    C.COMPLETE: frozenset(),
    C.EXPIRED: frozenset({C.COMPLETE}),
    C.FAILED: frozenset({C.COMPLETE}),
}

_AT_STRIPE = frozenset({R.PENDING, R.REQUIRES_ACTION, R.SUCCEEDED, R.FAILED, R.CANCELED})
REFUND_MOVES: Mapping[RefundStatus, frozenset[RefundStatus]] = {
    R.QUEUED: frozenset({R.SUBMITTING}),
    R.SUBMITTING: frozenset({R.UNKNOWN, *_AT_STRIPE}),
    R.UNKNOWN: frozenset({R.SUBMITTING, *_AT_STRIPE}),
    R.PENDING: _AT_STRIPE - {R.PENDING},
    R.REQUIRES_ACTION: _AT_STRIPE - {R.REQUIRES_ACTION},
    R.SUCCEEDED: frozenset({R.FAILED}),
    R.FAILED: frozenset(),
    R.CANCELED: frozenset(),
}

S = TypeVar("S", bound=StrEnum)

LIVE_CHECKOUTS = frozenset({C.QUEUED, C.CREATING, C.UNKNOWN, C.OPEN})
MONEY_LEFT = frozenset({R.PENDING, R.REQUIRES_ACTION, R.SUCCEEDED})
MONEY_CAME_BACK = frozenset({R.FAILED, R.CANCELED})


def may_move(moves: Mapping[S, frozenset[S]], current: S, wanted: S) -> bool:
    """Whether a record in `current` may become `wanted`. Staying where one is is no move."""
    return wanted in moves[current]
