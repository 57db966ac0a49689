"""Resend's API: `POST /emails`, a mail accepted once per idempotency key, errors in its shape.

https://resend.com/docs/api-reference/emails/send-email. It shares the inbox with SES; what it sent
is marked, and no SNS notice follows.
"""

import hashlib
import json
import time
import uuid
from email.utils import parseaddr
from typing import Any

from flask import Blueprint, Response, request

from shared.sandbox.faults import Fault, take_fault
from shared.sandbox.resend.checking import ResendError, check_mail
from shared.sandbox.resend.mime import build_mail
from shared.sandbox.store import pack
from shared.sandbox.wire import reset_connection
from shared.sandbox.world import Sandbox, note_call, sandbox

resend_api = Blueprint("resend_api", __name__)
API_KEY = "re_sandbox"
LONGEST_KEY = 256
KEY_GOOD_FOR = 86400


@resend_api.post("/emails")
def emails_create() -> Response:
    """Keep the mail and answer its id; the same key with the same mail answers the first id."""
    world = sandbox()
    fault = take_fault(world.store, "resend")
    try:
        _check_caller()
        spoiled = _spoiled(fault)
        answer = spoiled or _answer(200, {"id": _accept(world, request.get_json(silent=True))})
    except ResendError as error:
        answer = _answer(error.status, error.body())
    note_call(world, "resend", "POST /emails", answer.status_code, "")
    if fault and fault.mode == "reset" and fault.value == "after":
        reset_connection(request.environ)
    return answer


def _spoiled(fault: Fault | None) -> Response | None:
    if fault is None:
        return None
    if fault.mode == "status":
        raise ResendError(int(fault.number(500)), "application_error", "pretended")
    if fault.mode == "garbage":
        return Response(b"<html>\x00not what you asked for", 200, content_type="text/html")
    if fault.mode == "reset" and fault.value != "after":
        reset_connection(request.environ)
    if fault.mode == "delay":
        time.sleep(fault.number(5))
    return None


def _check_caller() -> None:
    if not request.headers.get("User-Agent"):
        raise ResendError(403, "1010", "The request lacks a User-Agent.")
    header = request.headers.get("Authorization", "")
    if not header.startswith("Bearer "):
        raise ResendError(401, "missing_api_key", "Missing API key in the authorization header.")
    if header.removeprefix("Bearer ").strip() != API_KEY:
        raise ResendError(403, "invalid_api_key", "API key is invalid")


def _accept(world: Sandbox, wanted: object) -> str:
    mail = check_mail(wanted)
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY:
        message = "The key must be between 1-256 chars."
        raise ResendError(400, "invalid_idempotency_key", message)
    print_of = hashlib.sha256(json.dumps(mail, sort_keys=True).encode()).hexdigest()
    with world.store.transaction():
        seen = _seen(world, key, print_of)
        return seen or _keep(world, mail, key, print_of)


def _seen(world: Sandbox, key: str, print_of: str) -> str | None:
    if not key:
        return None
    since = world.clock.timestamp() - KEY_GOOD_FOR
    sql = "select * from resend_key where key = ? and at > ?"
    row = world.store.one(sql, key, since)
    if row is None:
        return None
    if row["fingerprint"] != print_of:
        message = "Same idempotency key used with a different request payload."
        raise ResendError(409, "invalid_idempotent_request", message)
    return str(row["id"])


def _keep(world: Sandbox, mail: dict[str, Any], key: str, print_of: str) -> str:
    mail_id, now = str(uuid.uuid4()), world.clock.timestamp()
    world.store.run(
        "insert into mail (id, message_id, created, sender, recipients, subject, raw, tags, state,"
        " provider) values (?, ?, ?, ?, ?, ?, ?, ?, 'delivered', 'resend')",
        uuid.uuid4().hex,
        mail_id,
        now,
        parseaddr(mail["from"])[1],
        pack(mail["to"]),
        mail["subject"],
        build_mail(mail, world.clock.now()),
        pack({tag["name"]: [tag["value"]] for tag in mail.get("tags", [])}),
    )
    if key:
        sql = "insert or replace into resend_key (key, fingerprint, id, at) values (?, ?, ?, ?)"
        world.store.run(sql, key, print_of, mail_id, now)
    return mail_id


def _answer(status: int, body: dict[str, Any]) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
