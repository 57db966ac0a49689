"""Stripe's notifications: the signature decides whether they are read, Stripe what they mean."""

import json
from uuid import UUID

from shared import clock
from shared.adapters.payments.accounts import account_of, payments
from shared.adapters.payments.errors import NotFound
from shared.adapters.payments.reading import parse_event
from shared.adapters.payments.values import CheckoutState, RefundState, VendorEvent
from shared.adapters.signature import SignatureRefused, verify
from shared.config import Settings
from shared.inbound.errors import NotificationRefused
from shared.inbound.storing import store

PAGE_EVENTS = "checkout.session."
REFUND_EVENTS = ("refund.", "charge.refund.")
# The same by name, as Stripe's list of events takes them.
USED_KINDS = (
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "refund.created",
    "refund.updated",
    "refund.failed",
)


def receive(
    raw: bytes, *, signature: str, account_key: str, settings: Settings, practice_id: UUID
) -> None:
    """Verify and store one notification of an account. Raises NotificationRefused."""
    account = account_of(settings, account_key)
    try:
        verify(raw, signature, secrets=account.webhook_secrets, at=clock.now())
        body = raw.decode()
        event = parse_event(json.loads(body))
    except SignatureRefused as error:
        raise NotificationRefused(str(error)) from error
    except (ValueError, RecursionError) as error:
        raise NotificationRefused("not an event") from error
    if event.livemode != account.livemode:
        raise NotificationRefused("test and live are not to be mixed")
    store(
        source=f"stripe:{account_key}",
        vendor_event_id=event.id,
        kind=event.type[:80],
        body=body,
        practice_id=practice_id,
        meant_for=own_id(event.practice),
    )


def read(body: str) -> VendorEvent:
    """A stored notification."""
    return parse_event(json.loads(body))


def is_used(event: VendorEvent) -> bool:
    """Whether the event is about something of ours; the others are kept and ignored."""
    return event.type.startswith((PAGE_EVENTS, *REFUND_EVENTS))


def fetch(
    event: VendorEvent, *, account_key: str, settings: Settings
) -> CheckoutState | RefundState | None:
    """The object as it is at Stripe now; None when Stripe knows none of that id.

    Raises Unavailable.
    """
    client = payments(settings, account_key)
    try:
        if event.type.startswith(PAGE_EVENTS):
            return client.retrieve_checkout(event.object_id)
        return client.retrieve_refund(event.object_id)
    except NotFound:
        return None


def own_id(text: str | None) -> UUID | None:
    """An id of ours that travelled through a vendor; None for anything else."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
