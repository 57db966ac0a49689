"""What becomes of a mail, told as SES tells it: Send, Delivery, Bounce, Complaint, DeliveryDelay."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any, Final

from shared.sandbox.aws.sns import publish
from shared.sandbox.ids import token
from shared.sandbox.store import Row, pack, unpack
from shared.sandbox.world import Sandbox

Json = dict[str, Any]
SIMULATOR: Final = "simulator.amazonses.com"
# Order between the events of one mail, in seconds of real time; SES itself promises none.
PAUSE: Final = 0.4
STATES: Final = {
    "Send": "sent",
    "Delivery": "delivered",
    "Bounce": "bounced",
    "Complaint": "complained",
    "DeliveryDelay": "delayed",
}
KINDS: Final = ("delivery", "bounce", "complaint", "delivery_delay", "transient_bounce")


def _iso(moment: datetime) -> str:
    text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return f"{text[:-3]}Z"


def _mail_part(world: Sandbox, row: Row) -> Json:
    message = message_from_bytes(bytes(row["raw"]), policy=policy.default)
    headers = [{"name": name, "value": str(value)} for name, value in message.items()]
    common: Json = {"from": [str(message.get("From", row["sender"]))], "messageId": row["message_id"]}
    for name in ("To", "Cc", "Date", "Subject"):
        if message[name]:
            value = str(message[name])
            common[name.lower()] = value if name in {"Date", "Subject"} else value.split(", ")
    domain = row["sender"].rpartition("@")[2]
    account = world.settings.account_id
    return {
        "timestamp": _iso(datetime.fromtimestamp(row["created"], UTC)),
        "source": common["from"][0],
        "sourceArn": f"arn:aws:ses:{world.settings.region}:{account}:identity/{domain}",
        "sendingAccountId": account,
        "messageId": row["message_id"],
        "destination": unpack(row["recipients"]),
        "headersTruncated": False,
        "headers": headers,
        "commonHeaders": common,
        "tags": unpack(row["tags"]),
    }


def _bounce(now: str, to: list[str], kind: str, subtype: str) -> Json:
    gone = {"NoEmail", "General"}
    status = {"Permanent": "5.1.1", "Transient": "4.4.7"}[kind]
    words = "550 5.1.1 user unknown" if subtype in gone else f"554 5.7.1 {subtype}"
    people = [
        {"emailAddress": one, "action": "failed", "status": status, "diagnosticCode": f"smtp; {words}"}
        for one in to
    ]
    return {
        "bounceType": kind,
        "bounceSubType": subtype,
        "bouncedRecipients": people,
        "timestamp": now,
        "feedbackId": f"0100{token(12)}-{token(8)}-000000",
        "reportingMTA": "dns; sandbox.amazonses.com",
    }


def _complaint(now: str, to: list[str], subtype: str | None) -> Json:
    return {
        "complainedRecipients": [{"emailAddress": one} for one in to],
        "timestamp": now,
        "feedbackId": f"0100{token(12)}-{token(8)}-000000",
        "complaintSubType": subtype,
        "complaintFeedbackType": "abuse",
        "userAgent": "Sandbox-FBL/1.0",
        "arrivalDate": now,
    }


def _delivery(now: str, to: list[str]) -> Json:
    return {
        "timestamp": now,
        "processingTimeMillis": 620,
        "recipients": to,
        "smtpResponse": "250 2.6.0 Message received",
        "reportingMTA": "sandbox.amazonses.com",
    }


def _delay(now: datetime, to: list[str]) -> Json:
    code = "smtp; 421 4.4.1 Unable to connect"
    people = [{"emailAddress": one, "status": "4.4.1", "diagnosticCode": code} for one in to]
    return {
        "timestamp": _iso(now),
        "delayType": "TransientCommunicationFailure",
        "expirationTime": _iso(now + timedelta(hours=14)),
        "delayedRecipients": people,
    }


def _tell(world: Sandbox, row: Row, event: str, detail: Json, after: float) -> None:
    key = {"DeliveryDelay": "deliveryDelay"}.get(event, event.lower())
    message = {"eventType": event, "mail": _mail_part(world, row), key: detail}
    world.store.run(
        "insert into mail_event (message_id, at, kind, detail) values (?, ?, ?, ?)",
        row["message_id"],
        world.clock.timestamp() + after,
        event,
        pack(detail),
    )
    sql = "update mail set state = ? where message_id = ?"
    world.store.run(sql, STATES[event], row["message_id"])
    publish(world, message, after)


def _suppress(world: Sandbox, address: str, reason: str) -> None:
    if address.lower().endswith(f"@{SIMULATOR}"):
        return
    sql = "insert or replace into suppressed (address, reason, at) values (?, ?, ?)"
    world.store.run(sql, address.lower(), reason, world.clock.timestamp())


def _fate(world: Sandbox, address: str) -> tuple[str, str | None]:
    """Event and subtype in store for one address: the simulator's, the suppressed, the rest."""
    local, _, domain = address.lower().rpartition("@")
    if domain == SIMULATOR:
        local = local.partition("+")[0]
        simulated: dict[str, tuple[str, str | None]] = {
            "bounce": ("Bounce", "General"),
            "suppressionlist": ("Bounce", "OnAccountSuppressionList"),
            "complaint": ("Complaint", None),
        }
        return simulated.get(local, ("Delivery", None))
    row = world.store.one("select reason from suppressed where address = ?", address.lower())
    if row is None:
        return "Delivery", None
    event = "Bounce" if row["reason"] == "BOUNCE" else "Complaint"
    return event, "OnAccountSuppressionList"


def _find_mail(world: Sandbox, message_id: str) -> Row | None:
    return world.store.one("select * from mail where message_id = ?", message_id)


def tell_outcome(world: Sandbox, message_id: str, recipients: list[str]) -> None:
    """Queue the events of a mail just accepted, each recipient according to their fate."""
    row = _find_mail(world, message_id)
    if row is None:
        return
    now = _iso(world.clock.now())
    _tell(world, row, "Send", {}, 0)
    for address in recipients:
        event, subtype = _fate(world, address)
        if event == "Bounce":
            _tell(world, row, event, _bounce(now, [address], "Permanent", subtype or "General"), PAUSE)
            continue
        if subtype is None:
            # A complaint comes from somebody who got the mail.
            _tell(world, row, "Delivery", _delivery(now, [address]), PAUSE)
        if event == "Complaint":
            _tell(world, row, event, _complaint(now, [address], subtype), 2 * PAUSE)


def tell_later(world: Sandbox, message_id: str, kind: str) -> bool:
    """Something a person or test decides happens to a kept mail; False when there is none."""
    row = _find_mail(world, message_id)
    if row is None:
        return False
    to: list[str] = unpack(row["recipients"])
    now = world.clock.now()
    with world.store.transaction():
        if kind == "bounce":
            _tell(world, row, "Bounce", _bounce(_iso(now), to, "Permanent", "General"), 0)
        elif kind == "transient_bounce":
            _tell(world, row, "Bounce", _bounce(_iso(now), to, "Transient", "MailboxFull"), 0)
        elif kind == "complaint":
            _tell(world, row, "Complaint", _complaint(_iso(now), to, None), 0)
        elif kind == "delivery_delay":
            _tell(world, row, "DeliveryDelay", _delay(now, to), 0)
        elif kind == "delivery":
            _tell(world, row, "Delivery", _delivery(_iso(now), to), 0)
        if kind in {"bounce", "complaint"}:
            for address in to:
                _suppress(world, address, kind.upper())
    return True
