"""Which path is which call, and the small calls that only read."""

import re
from collections.abc import Callable
from typing import Final

from shared.sandbox.stripe import refunds, sessions
from shared.sandbox.stripe.errors import StripeError
from shared.sandbox.stripe.objects import Json, blank, expand, get, list_page, save
from shared.sandbox.stripe.webhooks import emit
from shared.sandbox.world import Sandbox

Operation = Callable[[Sandbox, str, str, Json], Json]
CUSTOMER_FIELDS = ("email", "name", "phone", "description")


def _reader(kind: str) -> Operation:
    def retrieve(world: Sandbox, account: str, object_id: str, params: Json) -> Json:
        found = get(world, account, kind, object_id, kind.rpartition(".")[2])
        return expand(world, account, found, params.get("expand", []))

    return retrieve


def _lister(kind: str, url: str) -> Operation:
    def list_all(world: Sandbox, account: str, _object_id: str, params: Json) -> Json:
        return list_page(world, account, kind, params, url)

    return list_all


def create_customer(world: Sandbox, account: str, params: Json) -> Json:
    sessions.check_metadata(params.get("metadata") or {})
    made = blank(world, "customer")
    made |= {name: params[name] for name in CUSTOMER_FIELDS if params.get(name)}
    made["metadata"] = params.get("metadata") or {}
    save(world, account, made)
    emit(world, account, "customer.created", made)
    return expand(world, account, made, params.get("expand", []))


def _plain(function: Callable[[Sandbox, str, Json], Json]) -> Operation:
    return lambda world, account, _object_id, params: function(world, account, params)


ROUTES: Final[tuple[tuple[str, str, str, Operation], ...]] = (
    ("POST", r"checkout/sessions", "checkout.session.create", _plain(sessions.create_session)),
    ("GET", r"checkout/sessions", "checkout.session.list", _plain(sessions.list_sessions)),
    ("GET", r"checkout/sessions/(\w+)", "checkout.session.retrieve", _reader("checkout.session")),
    (
        *("POST", r"checkout/sessions/(\w+)/expire", "checkout.session.expire"),
        sessions.expire_session,
    ),
    (
        *("GET", r"checkout/sessions/(\w+)/line_items", "checkout.session.line_items"),
        sessions.line_items,
    ),
    (
        *("GET", r"payment_intents", "payment_intent.list"),
        _lister("payment_intent", "/v1/payment_intents"),
    ),
    ("GET", r"payment_intents/(\w+)", "payment_intent.retrieve", _reader("payment_intent")),
    ("GET", r"charges", "charge.list", _lister("charge", "/v1/charges")),
    ("GET", r"charges/(\w+)", "charge.retrieve", _reader("charge")),
    ("POST", r"refunds", "refund.create", _plain(refunds.create_refund)),
    ("GET", r"refunds", "refund.list", _plain(refunds.list_refunds)),
    ("GET", r"refunds/(\w+)", "refund.retrieve", refunds.retrieve_refund),
    ("POST", r"customers", "customer.create", _plain(create_customer)),
    ("GET", r"customers/(\w+)", "customer.retrieve", _reader("customer")),
    ("GET", r"events", "event.list", _lister("event", "/v1/events")),
    ("GET", r"events/(\w+)", "event.retrieve", _reader("event")),
)


def find_route(method: str, path: str) -> tuple[str, Operation, str]:
    """Name, operation and object id. Raises StripeError 404 for what is not played."""
    for wanted, pattern, name, operation in ROUTES:
        match = re.fullmatch(pattern, path.strip("/"))
        if wanted == method and match:
            return name, operation, match[1] if match.groups() else ""
    message = f"Unrecognized request URL ({method}: /v1/{path}). The sandbox does not play it."
    raise StripeError(404, "invalid_request_error", message)
