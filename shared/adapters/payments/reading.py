"""Reads Stripe's objects and events into our values, taking only what is used."""

from collections.abc import Callable

import stripe
from stripe.checkout import Session as StripeSession

from shared.adapters.payments.values import CheckoutState, RefundState, VendorEvent


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
            return VendorEvent(
                id=event_id,
                type=kind,
                created=created,
                livemode=livemode,
                object_type=object_type,
                object_id=object_id,
                practice=_text(known.get("practice")),
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


def checkout_state(session: StripeSession) -> CheckoutState:
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


def refund_state(refund: stripe.Refund) -> RefundState:
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
