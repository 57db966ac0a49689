"""Stripe, one client per account: opens Checkout pages, looks at them, ends them, refunds.

Nothing clinical ever leaves through here: a neutral product name, opaque ids, an amount and the
e-mail address for Stripe's own receipt (Stripe signs no business associate agreement).
Every POST carries an idempotency key derived from our own row, so that a repeat after a lost
answer, even from another process, finds the first result instead of charging twice.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import stripe
from stripe import RequestsClient, StripeClient

from shared.adapters.payments.errors import NotFound, Refused, translated
from shared.adapters.payments.reading import checkout_state, parse_event, refund_state
from shared.adapters.payments.values import (
    CheckoutRequest,
    CheckoutState,
    FoundEvent,
    RefundRequest,
    RefundState,
)

# The values of last resort: what is used when a practice's own configuration says nothing.
API_VERSION = "2026-10-28.endive"
API_BASE = "https://api.stripe.com"
PRODUCT_NAME = "Visit fee"
DEFAULT_ACCOUNT = "practice"
CONNECT_SECONDS = 3.0
READ_SECONDS = 12.0
EVENTS_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Account:
    """One of the practice's Stripe accounts; ids of one mean nothing in the other."""

    key: str
    secret_key: str
    webhook_secrets: tuple[str, ...]
    api_base: str = API_BASE

    @property
    def livemode(self) -> bool:
        """Whether real money moves, told by the kind of key."""
        return "_live_" in self.secret_key


class StripePayments:
    """The wire to one account. Calls block; never make them inside a transaction."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._client = StripeClient(
            account.secret_key,
            stripe_version=API_VERSION,
            base_addresses={"api": account.api_base},
            max_network_retries=0,
            http_client=RequestsClient(timeout=(CONNECT_SECONDS, READ_SECONDS)),
        )

    def create_checkout(self, request: CheckoutRequest) -> CheckoutState:
        """Opens a Checkout page. Raises Refused or Unavailable (then: repeat the same request)."""
        params = _checkout_params(request)
        with translated():
            session = self._client.v1.checkout.sessions.create(
                params, {"idempotency_key": f"checkout:{request.checkout}"}
            )
        return checkout_state(session)

    def retrieve_checkout(self, session_id: str) -> CheckoutState:
        """The session as it stands at Stripe."""
        with translated():
            return checkout_state(self._client.v1.checkout.sessions.retrieve(session_id))

    def expire_checkout(self, session_id: str) -> CheckoutState:
        """Closes an open page. A page already paid or expired is answered as it stands."""
        try:
            with translated():
                return checkout_state(self._client.v1.checkout.sessions.expire(session_id))
        except NotFound:
            raise
        except Refused:
            return self.retrieve_checkout(session_id)

    def refund(self, request: RefundRequest) -> RefundState:
        """Gives money back. Raises Refused or Unavailable (then: repeat the same request)."""
        with translated():
            refund = self._client.v1.refunds.create(
                {
                    "payment_intent": request.payment_intent,
                    "amount": request.amount_minor,
                    "reason": "duplicate" if request.duplicate else "requested_by_customer",
                    "metadata": {"practice": request.practice, "refund": request.refund},
                },
                {"idempotency_key": f"refund:{request.refund}"},
            )
        return refund_state(refund)

    def retrieve_refund(self, refund_id: str) -> RefundState:
        """The refund as it stands at Stripe: it can fail days after it was accepted."""
        with translated():
            return refund_state(self._client.v1.refunds.retrieve(refund_id))

    def find_events(
        self, *, since: datetime, until: datetime, kinds: Sequence[str]
    ) -> list[FoundEvent]:
        """The events of some kinds between two moments, newest first, however many there are."""
        found: list[FoundEvent] = []
        params: stripe.params.EventListParams = {
            "created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())},
            "types": list(kinds),
            "limit": EVENTS_A_PAGE,
        }
        with translated():
            for event in self._client.v1.events.list(params).auto_paging_iter():
                plain = event.to_dict()
                found.append(FoundEvent(parse_event(plain), json.dumps(plain)))
        return found


def _checkout_params(request: CheckoutRequest) -> stripe.params.checkout.SessionCreateParams:
    params: stripe.params.checkout.SessionCreateParams = {
        "mode": "payment",
        "client_reference_id": request.payment,
        "metadata": {
            "practice": request.practice,
            "payment": request.payment,
            "checkout": request.checkout,
        },
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": request.currency,
                    "unit_amount": request.amount_minor,
                    "product_data": {"name": request.product_name or PRODUCT_NAME},
                },
            }
        ],
        "payment_intent_data": {
            "metadata": {"practice": request.practice, "payment": request.payment}
        },
        "allowed_payment_method_types": ["card"],
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
        "expires_at": int(request.expires_at.timestamp()),
    }
    if request.customer_email:
        params["customer_email"] = request.customer_email
    return params
