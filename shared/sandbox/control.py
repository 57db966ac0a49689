"""The JSON interface for tests and rehearsals: clock, faults, mails, calls, deliveries, reset."""

import shutil
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import BadRequest, NotFound

from shared.sandbox.aws.ses_events import KINDS, tell_later
from shared.sandbox.aws.sns import subscribe_targets
from shared.sandbox.delivery import describe
from shared.sandbox.faults import FaultError, list_faults, set_fault
from shared.sandbox.store import Row, unpack
from shared.sandbox.world import Sandbox, sandbox

control = Blueprint("control", __name__, url_prefix="/_sandbox")


def _body() -> dict[str, Any]:
    raw = request.get_json(silent=True)
    if not isinstance(raw, dict):
        raise BadRequest("a JSON object is expected")
    return raw


def move_clock(world: Sandbox, wanted: dict[str, Any]) -> int:
    """One of offset_seconds, advance_seconds, at (ISO 8601 with zone)."""
    try:
        if "offset_seconds" in wanted:
            return world.clock.set_offset(int(wanted["offset_seconds"]))
        if "advance_seconds" in wanted:
            return world.clock.advance(int(wanted["advance_seconds"]))
        return world.clock.set_to(datetime.fromisoformat(str(wanted["at"])))
    except (KeyError, TypeError, ValueError) as error:
        raise BadRequest(f"offset_seconds, advance_seconds or at: {error}") from error


@control.get("/health")
def health() -> Response:
    return jsonify(ok=True)


@control.get("/clock")
def clock_show() -> Response:
    world = sandbox()
    return jsonify(offset_seconds=world.clock.offset(), now=world.clock.now().isoformat())


@control.post("/clock")
def clock_update() -> Response:
    world = sandbox()
    offset = move_clock(world, _body())
    return jsonify(offset_seconds=offset, now=world.clock.now().isoformat())


@control.get("/faults")
def faults_index() -> Response:
    found = list_faults(sandbox().store)
    return jsonify(
        [
            {
                "service": f.service,
                "mode": f.mode,
                "value": f.value,
                "times": f.times,
                "until": f.until,
            }
            for f in found
        ]
    )


@control.post("/faults")
def faults_create() -> Response:
    wanted = _body()
    try:
        service, mode = str(wanted["service"]), str(wanted["mode"])
        value, times = str(wanted.get("value") or ""), int(wanted.get("times") or 0)
        seconds = float(wanted.get("seconds") or 0)
        set_fault(sandbox().store, service, mode, value, times, seconds)
    except (KeyError, FaultError, TypeError, ValueError) as error:
        raise BadRequest(str(error)) from error
    return jsonify(ok=True)


def open_mail(row: Row) -> EmailMessage:
    message = message_from_bytes(bytes(row["raw"]), policy=policy.default)
    if not isinstance(message, EmailMessage):
        raise TypeError("the default policy makes EmailMessage")
    return message


def body_of(message: EmailMessage, kind: str) -> str:
    """Text of the plain or html part, empty when the mail has none."""
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def mail_json(row: Row) -> dict[str, Any]:
    message = open_mail(row)
    return {
        "id": row["id"],
        "message_id": row["message_id"],
        "at": row["created"],
        "from": row["sender"],
        "to": unpack(row["recipients"]),
        "subject": row["subject"],
        "text": body_of(message, "plain"),
        "html": body_of(message, "html"),
        "headers": {name: str(value) for name, value in message.items()},
        "attachments": [
            {"filename": part.get_filename(), "content_type": part.get_content_type()}
            for part in message.iter_attachments()
        ],
        "tags": unpack(row["tags"]),
        "state": row["state"],
        "provider": row["provider"],
        "raw": bytes(row["raw"]).decode(errors="replace"),
    }


def list_mails(world: Sandbox, to: str | None) -> list[Row]:
    """Mails newest first, all or those to one address (SQLite sifts, so a soak stays quick)."""
    wanted = (to or "").strip().lower()
    sql = (
        "select * from mail where ? = '' or instr(lower(recipients), ?) > 0"
        " order by created desc, rowid desc"
    )
    return world.store.all(sql, wanted, f'"{wanted}"')


@control.get("/mails")
def mails_index() -> Response:
    return jsonify([mail_json(row) for row in list_mails(sandbox(), request.args.get("to"))])


@control.delete("/mails")
def mails_destroy() -> Response:
    with sandbox().store.transaction() as store:
        store.run("delete from mail_event")
        count = store.run("delete from mail")
    return jsonify(deleted=count)


@control.post("/mails/<message_id>/events")
def mail_events_create(message_id: str) -> Response:
    kind = str(_body().get("kind"))
    if kind not in KINDS:
        raise BadRequest(f"kind is one of {', '.join(KINDS)}")
    if not tell_later(sandbox(), message_id, kind):
        raise NotFound
    return jsonify(ok=True)


@control.get("/calls")
def calls_index() -> Response:
    service = request.args.get("service")
    sql = "select * from call where ? is null or service = ? order by id"
    return jsonify([dict(row) for row in sandbox().store.all(sql, service, service)])


@control.get("/deliveries")
def deliveries_index() -> Response:
    rows = sandbox().store.all("select * from delivery order by created, rowid")
    return jsonify([describe(row) for row in rows])


@control.post("/deliveries/<delivery_id>/resend")
def deliveries_resend(delivery_id: str) -> Response:
    if not sandbox().postman.resend(delivery_id):
        raise NotFound
    return jsonify(ok=True)


@control.post("/reset")
def reset() -> Response:
    """Forget mails, payments, calls, objects and the clock; keys and buckets stay."""
    world = sandbox()
    world.store.forget()
    shutil.rmtree(world.settings.home / "objects", ignore_errors=True)
    world.clock.set_offset(0)
    # The queue is gone, and with it any request to confirm that was still on its way.
    subscribe_targets(world)
    return jsonify(ok=True)
