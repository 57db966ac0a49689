"""Checkout Sessions in payment mode: opened, read, expired by call or by the clock."""

from typing import Any
from urllib.parse import urlsplit

from shared.sandbox.store import unpack
from shared.sandbox.stripe.errors import StripeError, invalid
from shared.sandbox.stripe.line_items import build_items
from shared.sandbox.stripe.objects import (
    Json,
    blank,
    cut_page,
    expand,
    extra_of,
    get,
    list_page,
    save,
)
from shared.sandbox.stripe.webhooks import emit, host_of
from shared.sandbox.world import Sandbox

KIND = "checkout.session"
SHORTEST, LONGEST = 30 * 60, 24 * 3600
COPIED = (
    *("success_url", "cancel_url", "client_reference_id", "customer", "customer_email"),
    *("locale", "submit_type", "customer_creation", "allow_promotion_codes"),
)
PLAYED = {
    *COPIED,
    *("mode", "line_items", "metadata", "payment_intent_data", "expires_at", "ui_mode"),
    *("allowed_payment_method_types", "expand", "currency", "billing_address_collection"),
    *("payment_method_collection", "consent_collection", "custom_text"),
}


def _check_url(params: Json, name: str) -> None:
    parts = urlsplit(params.get(name) or "")
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise invalid("Not a valid URL", name, "url_invalid")


def _check_shape(world: Sandbox, account: str, params: Json) -> None:
    """What the types cannot say."""
    if params.get("mode") != "payment":
        raise invalid("The sandbox plays Checkout in mode=payment only.", "mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise invalid("The sandbox plays ui_mode=hosted_page only.", "ui_mode")
    unplayed = sorted(set(params) - PLAYED)
    if unplayed:
        raise invalid(f"The sandbox does not play {', '.join(unplayed)}.", unplayed[0])
    _check_url(params, "success_url")
    if params.get("cancel_url"):
        _check_url(params, "cancel_url")
    if not params.get("line_items"):
        message = "You must specify line_items in `payment` mode."
        raise invalid(message, "line_items", "parameter_missing")
    if params.get("customer") and params.get("customer_email"):
        raise invalid("You may only specify one of these parameters: customer, customer_email.")
    if params.get("customer"):
        get(world, account, "customer", params["customer"], "customer")
    if len(params.get("client_reference_id") or "") > 200:
        raise invalid("client_reference_id is at most 200 characters", "client_reference_id")
    check_metadata(params.get("metadata") or {})
    check_metadata((params.get("payment_intent_data") or {}).get("metadata") or {})


def check_metadata(metadata: dict[str, str]) -> None:
    """Up to 50 keys of 40 characters, values of 500."""
    if len(metadata) > 50:
        raise invalid("Metadata is limited to 50 keys.", "metadata")
    for key, value in metadata.items():
        if len(key) > 40 or len(value) > 500:
            raise invalid(f"Metadata {key[:40]} is too long.", f"metadata[{key[:40]}]")


def _expiry(world: Sandbox, params: Json) -> int:
    now = int(world.clock.timestamp())
    expires_at = int(params.get("expires_at", now + LONGEST))
    if expires_at < now + SHORTEST:
        message = "The `expires_at` timestamp must be at least 30 minutes from now."
        raise invalid(message, "expires_at")
    if expires_at > now + LONGEST:
        message = "The `expires_at` timestamp must be less than 24 hours from now."
        raise invalid(message, "expires_at")
    return expires_at


def create_session(world: Sandbox, account: str, params: Json) -> Json:
    """Open a session; its page waits at `url` until `expires_at` by the sandbox's clock."""
    _check_shape(world, account, params)
    items = build_items(world, params)
    total = sum(item["amount_total"] for item in items)
    made = blank(world, KIND)
    made |= {name: params[name] for name in COPIED if params.get(name) is not None}
    made |= {
        "amount_subtotal": total,
        "amount_total": total,
        "currency": items[0]["currency"],
        "expires_at": _expiry(world, params),
        "metadata": params.get("metadata") or {},
        "mode": "payment",
        "status": "open",
        "payment_status": "unpaid",
        "url": f"{world.settings.people_url}/stripe/checkout/{made['id']}",
    }
    if params.get("customer_email"):
        made["customer_details"] = {"email": params["customer_email"], "name": None, "phone": None}
    extra = {
        "items": items,
        "intent": params.get("payment_intent_data") or {},
        "host": host_of(params["success_url"]),
    }
    save(world, account, made, extra)
    return expand(world, account, made, params.get("expand", []))


def expire_session(world: Sandbox, account: str, session_id: str, params: Json) -> Json:
    """Close an open session; anything else is refused, so a paid one can never be lost."""
    found = get(world, account, KIND, session_id, "session")
    if found["status"] != "open":
        message = (
            'Only Checkout Sessions with a status in ["open"] can be expired.'
            f" This Checkout Session has a status of {found['status']}."
        )
        raise StripeError(400, "invalid_request_error", message)
    return expand(world, account, close_session(world, account, found), params.get("expand", []))


def close_session(world: Sandbox, account: str, found: Json) -> Json:
    """Mark expired and tell the endpoints."""
    with world.store.transaction():
        found = save(world, account, found | {"status": "expired", "url": None})
        emit(world, account, "checkout.session.expired", found)
    return found


def line_items(world: Sandbox, account: str, session_id: str, params: Json) -> Json:
    get(world, account, KIND, session_id, "session")
    items: list[Json] = extra_of(world, session_id).get("items", [])
    page, more = cut_page(items, params, params.get("limit", 10))
    url = f"/v1/checkout/sessions/{session_id}/line_items"
    return {"object": "list", "data": page, "has_more": more, "url": url}


def list_sessions(world: Sandbox, account: str, params: Json) -> Json:
    return list_page(world, account, KIND, params, "/v1/checkout/sessions")


def sweep_sessions(world: Sandbox) -> int:
    """Expire what the clock has passed; returns how many."""
    sql = "select account, body from stripe_object where kind = ? and body like ?"
    now = world.clock.timestamp()
    closed = 0
    with world.store.transaction() as store:
        for row in store.all(sql, KIND, '%"status":"open"%'):
            found: dict[str, Any] = unpack(row["body"])
            if found["status"] == "open" and found["expires_at"] <= now:
                close_session(world, row["account"], found)
                closed += 1
    return closed
