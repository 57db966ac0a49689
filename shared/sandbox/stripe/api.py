"""The Stripe API's door: whose key, seen before, well-formed, then the operation's answer."""

import base64
import hashlib
import json
import time
from typing import Any

from flask import Blueprint, Response, request

from shared.sandbox.faults import take_fault
from shared.sandbox.ids import token
from shared.sandbox.store import pack
from shared.sandbox.stripe.errors import StripeError
from shared.sandbox.stripe.forms import decode_form
from shared.sandbox.stripe.operations import find_route
from shared.sandbox.stripe.schema import check_params
from shared.sandbox.stripe.webhooks import API_VERSION
from shared.sandbox.wire import reset_connection
from shared.sandbox.world import Sandbox, note_call, sandbox

stripe_api = Blueprint("stripe_api", __name__)
ACCOUNTS = {"sk_test_practice": "practice", "sk_test_consulting": "consulting"}
Answer = tuple[int, dict[str, Any]]


def _account() -> str:
    """The account of the secret key, by Bearer or as the user of Basic."""
    header = request.headers.get("Authorization", "")
    key = header.removeprefix("Bearer ").strip() if header.startswith("Bearer ") else ""
    if header.startswith("Basic "):
        try:
            key = base64.b64decode(header[6:]).decode().partition(":")[0]
        except ValueError:
            key = ""
    account = ACCOUNTS.get(key)
    if account is None:
        shown = f"{key[:8]}****{key[-4:]}" if len(key) > 12 else "none"
        raise StripeError(401, "invalid_request_error", f"Invalid API Key provided: {shown}")
    return account


def _check_version() -> None:
    version = request.headers.get("Stripe-Version", API_VERSION)
    if version != API_VERSION:
        message = f"The sandbox speaks API version {API_VERSION}, not {version}."
        raise StripeError(400, "invalid_request_error", message)


def _spoiled() -> Response | None:
    fault = take_fault(sandbox().store, "stripe")
    if fault is None:
        return None
    if fault.mode == "status":
        raise StripeError(int(fault.number(500)), "api_error", "pretended by the sandbox")
    if fault.mode == "garbage":
        return Response(b"<html>\x00not what you asked for", 200, content_type="text/html")
    if fault.mode == "reset":
        if fault.value == "after":
            request.environ["sandbox.reset"] = True
        else:
            reset_connection(request.environ)
    if fault.mode == "delay":
        time.sleep(fault.number(5))
    return None


def _run(world: Sandbox, account: str, path: str, raw: str) -> tuple[str, Answer]:
    name, operation, object_id = find_route(request.method, path)
    params = check_params(name, decode_form(raw))
    key = request.headers.get("Idempotency-Key", "")
    if request.method != "POST":
        return name, (200, operation(world, account, object_id, params))
    if len(key) > 255:
        raise StripeError(400, "idempotency_error", "Idempotency-Key is at most 255 characters.")
    fingerprint = hashlib.sha256(f"{path}?{pack(decode_form(raw))}".encode()).hexdigest()
    with world.store.transaction() as store:
        if key:
            seen = _replay(world, account, key, fingerprint)
            if seen:
                return name, seen
        store.run("savepoint operation")
        try:
            answer: Answer = (200, operation(world, account, object_id, params))
        except StripeError as error:
            store.run("rollback to operation")
            answer = (error.status, error.body())
        if key:
            sql = "insert into stripe_key (account, key, fingerprint, status, body)"
            saved = (account, key, fingerprint, answer[0], pack(answer[1]))
            store.run(f"{sql} values (?, ?, ?, ?, ?)", *saved)
    return name, answer


def _replay(world: Sandbox, account: str, key: str, fingerprint: str) -> Answer | None:
    sql = "select * from stripe_key where account = ? and key = ?"
    row = world.store.one(sql, account, key)
    if row is None:
        return None
    if row["fingerprint"] != fingerprint:
        message = (
            "Keys for idempotent requests can only be used with the same parameters they were"
            f" first used with. Try using a key other than '{key}'."
        )
        raise StripeError(400, "idempotency_error", message)
    request.environ["sandbox.replayed"] = True
    return int(row["status"]), json.loads(row["body"])


@stripe_api.route("/v1/<path:path>", methods=["GET", "POST", "DELETE"])
def serve_stripe(path: str) -> Response:
    """Every call of the API; unknown paths are 404, as at Stripe."""
    world = sandbox()
    name = f"{request.method} /v1/{path}"
    raw = request.query_string.decode() if request.method != "POST" else _form_text()
    try:
        account = _account()
        spoiled = _spoiled()
        if spoiled:
            return spoiled
        _check_version()
        name, (status, body) = _run(world, account, path, raw)
    except StripeError as error:
        status, body = error.status, error.body()
    note_call(world, "stripe", name, status, "")
    if request.environ.get("sandbox.reset"):
        reset_connection(request.environ)
    return _answer(status, body)


def _form_text() -> str:
    # get_data, because flask would otherwise parse the form away.
    return request.get_data(parse_form_data=False).decode("utf-8", "replace")


def _answer(status: int, body: dict[str, Any]) -> Response:
    response = Response(json.dumps(body, indent=2), status, content_type="application/json")
    response.headers["Request-Id"] = f"req_{token(14)}"
    response.headers["Stripe-Version"] = API_VERSION
    if request.headers.get("Idempotency-Key"):
        response.headers["Idempotency-Key"] = request.headers["Idempotency-Key"]
    if request.environ.get("sandbox.replayed"):
        response.headers["Idempotent-Replayed"] = "true"
    return response
