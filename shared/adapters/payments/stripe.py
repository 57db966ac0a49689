"""Stripe, one client per account: opens Checkout pages, looks at them, ends them, refunds.

Nothing clinical ever leaves through here: a neutral product name, opaque ids, an amount and the
e-mail address for Stripe's own receipt (Stripe signs no business associate agreement).
Every POST carries an idempotency key derived from our own row, so that a repeat after a lost
answer, even from another process, finds the first result instead of charging twice.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import stripe
from stripe import RequestsClient, StripeClient
from stripe.checkout import Session as StripeSession

from shared.adapters.payments.errors import Declined, NotFound, Refused, Unavailable
from shared.adapters.payments.values import (
    CheckoutRequest,
    CheckoutState,
    RefundRequest,
    RefundState,
    VendorEvent,
)

# The values of last resort: what is used when a practice's own configuration says nothing.
API_VERSION = "2026-10-28.endive"
API_BASE = "https://api.stripe.com"
PRODUCT_NAME = "Visit fee"
DEFAULT_ACCOUNT = "practice"
CONNECT_SECONDS = 3.0
READ_SECONDS = 12.0


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
                        "product_data": {"name": PRODUCT_NAME},
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
        with _translated():
            session = self._client.v1.checkout.sessions.create(
                params, {"idempotency_key": f"checkout:{request.checkout}"}
            )
        return _checkout_state(session)

    def retrieve_checkout(self, session_id: str) -> CheckoutState:
        """The session as it stands at Stripe."""
        with _translated():
            return _checkout_state(self._client.v1.checkout.sessions.retrieve(session_id))

    def expire_checkout(self, session_id: str) -> CheckoutState:
        """Closes an open page. A page already paid or expired is answered as it stands."""
        try:
            with _translated():
                return _checkout_state(self._client.v1.checkout.sessions.expire(session_id))
        except NotFound:
            raise
        except Refused:
            return self.retrieve_checkout(session_id)

    def refund(self, request: RefundRequest) -> RefundState:
        """Gives money back. Raises Refused or Unavailable (then: repeat the same request)."""
        with _translated():
            refund = self._client.v1.refunds.create(
                {
                    "payment_intent": request.payment_intent,
                    "amount": request.amount_minor,
                    "reason": "duplicate" if request.duplicate else "requested_by_customer",
                    "metadata": {"practice": request.practice, "refund": request.refund},
                },
                {"idempotency_key": f"refund:{request.refund}"},
            )
        return _refund_state(refund)

    def retrieve_refund(self, refund_id: str) -> RefundState:
        """The refund as it stands at Stripe: it can fail days after it was accepted."""
        with _translated():
            return _refund_state(self._client.v1.refunds.retrieve(refund_id))

    def list_events(self, *, since: datetime, limit: int = 100) -> list[VendorEvent]:
        """The newest events since a moment, newest first: what should have reached us."""
        with _translated():
            page = self._client.v1.events.list(
                {"created": {"gte": int(since.timestamp())}, "limit": limit}
            )
        return [parse_event(event.to_dict()) for event in page.data]


def parse_event(event: object) -> VendorEvent:
    """Reads the few fields of an event that say what to fetch. Raises ValueError if it is none."""
    match event:
        case {
            "object": "event",
            "id": str(event_id),
            "type": str(kind),
            "created": int(created),
            "livemode": bool(livemode),
            "data": {"object": {"object": str(object_type), "id": str(object_id), **rest}},
        }:
            metadata = rest.get("metadata")
            known = metadata if isinstance(metadata, dict) else {}
            reference = known.get("checkout") or known.get("refund") or known.get("payment")
            return VendorEvent(
                id=event_id,
                type=kind,
                created=created,
                livemode=livemode,
                object_type=object_type,
                object_id=object_id,
                practice=_text(known.get("practice")),
                reference=_text(reference),
            )
    raise ValueError("not an event of Stripe's")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _reference(value: object) -> str | None:
    """An expandable field: an id, or the object it names."""
    return _text(value) or _text(getattr(value, "id", None))


def _metadata(value: object) -> Callable[[str], str | None]:
    known = value.to_dict() if isinstance(value, stripe.StripeObject) else value
    table = known if isinstance(known, dict) else {}
    return lambda key: _text(table.get(key))


def _checkout_state(session: StripeSession) -> CheckoutState:
    metadata = _metadata(session.metadata)
    return CheckoutState(
        id=session.id,
        status=session.status or "open",
        payment_status=session.payment_status,
        amount_minor=session.amount_total or 0,
        currency=session.currency or "",
        payment_intent=_reference(session.payment_intent),
        url=session.url,
        practice=metadata("practice"),
        payment=_text(session.client_reference_id),
        checkout=metadata("checkout"),
        livemode=session.livemode,
    )


def _refund_state(refund: stripe.Refund) -> RefundState:
    metadata = _metadata(refund.metadata)
    return RefundState(
        id=refund.id,
        status=refund.status or "pending",
        amount_minor=refund.amount,
        currency=refund.currency,
        payment_intent=_reference(refund.payment_intent),
        practice=metadata("practice"),
        refund=metadata("refund"),
        failure_reason=_text(getattr(refund, "failure_reason", None)),
    )


@contextmanager
def _translated() -> Iterator[None]:
    """Turns the SDK's errors into ours; messages stay behind, they may quote what we sent."""
    try:
        yield
    except stripe.CardError as error:
        raise Declined(error.code or "card_declined") from error
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise Unavailable(type(error).__name__) from error
    except stripe.StripeError as error:
        status = error.http_status or 0
        if status == 404 or error.code == "resource_missing":
            raise NotFound(error.code or "not_found") from error
        if status == 409 or status >= 500 or status == 0 or isinstance(error, stripe.APIError):
            raise Unavailable(error.code or f"http_{status}") from error
        raise Refused(error.code or type(error).__name__) from error
