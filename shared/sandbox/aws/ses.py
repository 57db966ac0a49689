"""SES v2: mail accepted and kept for the inbox, suppression list, account and identities."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

from shared.sandbox import ids
from shared.sandbox.aws.errors import AwsError
from shared.sandbox.aws.ses_events import tell_outcome
from shared.sandbox.aws.ses_mime import addresses, bare_address, build_message
from shared.sandbox.store import pack
from shared.sandbox.world import Sandbox

Params = dict[str, Any]
TAG = re.compile(r"[A-Za-z0-9_.@-]{1,256}")


def _sender(params: Params, raw: bytes) -> tuple[str, str]:
    message = message_from_bytes(raw, policy=policy.default)
    sender = params.get("FromEmailAddress") or str(message.get("From", ""))
    if not sender:
        raise AwsError("BadRequestException", "Missing required header 'From'.")
    return bare_address(sender), str(message.get("Subject", ""))


def _recipients(params: Params, raw: bytes) -> list[str]:
    to = [bare_address(one) for some in addresses(params).values() for one in some]
    if not to and "Raw" in params["Content"]:
        message = message_from_bytes(raw, policy=policy.default)
        headers = [str(message[name]) for name in ("To", "Cc", "Bcc") if message[name]]
        to = [bare_address(one) for text in headers for one in text.split(",")]
    if not to:
        raise AwsError("BadRequestException", "At least one recipient is required.")
    return to


def _tags(params: Params) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tag in params.get("EmailTags", []):
        if not TAG.fullmatch(tag["Name"]) or not TAG.fullmatch(tag["Value"]):
            message = "Tags may only contain A-Z, a-z, 0-9, '_', '-', '.' and '@'."
            raise AwsError("BadRequestException", message)
        found.setdefault(tag["Name"], []).append(tag["Value"])
    return found


def send_email(world: Sandbox, params: Params) -> Params:
    """Keep the mail, answer its id, let the events follow. No idempotency, as with SES."""
    to = addresses(params)
    raw = build_message(world, params, to)
    sender, subject = _sender(params, raw)
    recipients = _recipients(params, raw)
    tags = _tags(params)
    message_id = ids.message_id()
    now = world.clock.timestamp()
    domain = sender.rpartition("@")[2].lower()
    with world.store.transaction():
        sql = "insert or ignore into identity (domain, first_seen) values (?, ?)"
        world.store.run(sql, domain, now)
        world.store.run(
            "insert into mail (id, message_id, created, sender, recipients, subject, raw, tags,"
            " state) values (?, ?, ?, ?, ?, ?, ?, ?, 'sent')",
            uuid.uuid4().hex,
            message_id,
            now,
            sender,
            pack(recipients),
            subject,
            raw,
            pack(tags),
        )
        tell_outcome(world, message_id, recipients)
    return {"MessageId": message_id}


def get_account(world: Sandbox, _params: Params) -> Params:
    since = world.clock.timestamp() - 86400
    row = world.store.one("select count(*) as sent from mail where created > ?", since)
    return {
        "DedicatedIpAutoWarmupEnabled": False,
        "EnforcementStatus": "HEALTHY",
        "ProductionAccessEnabled": True,
        "SendingEnabled": True,
        "SendQuota": {
            "Max24HourSend": 50000.0,
            "MaxSendRate": 14.0,
            "SentLast24Hours": float(row["sent"] if row else 0),
        },
        "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
    }


def _suppressed(row: Any) -> Params:
    return {
        "EmailAddress": row["address"],
        "Reason": row["reason"],
        "LastUpdateTime": datetime.fromtimestamp(row["at"], UTC),
    }


def _find_suppressed(world: Sandbox, address: str) -> Any:
    row = world.store.one("select * from suppressed where address = ?", address.lower())
    if row is None:
        message = f"Email address {address} does not exist on your suppression list."
        raise AwsError("NotFoundException", message, 404)
    return row


def get_suppressed(world: Sandbox, params: Params) -> Params:
    row = _find_suppressed(world, params["EmailAddress"])
    return {"SuppressedDestination": _suppressed(row)}


def put_suppressed(world: Sandbox, params: Params) -> Params:
    address = bare_address(params["EmailAddress"]).lower()
    sql = "insert or replace into suppressed (address, reason, at) values (?, ?, ?)"
    world.store.run(sql, address, params["Reason"], world.clock.timestamp())
    return {}


def delete_suppressed(world: Sandbox, params: Params) -> Params:
    row = _find_suppressed(world, params["EmailAddress"])
    world.store.run("delete from suppressed where address = ?", row["address"])
    return {}


def list_suppressed(world: Sandbox, _params: Params) -> Params:
    rows = world.store.all("select * from suppressed order by at desc limit 1000")
    return {"SuppressedDestinationSummaries": [_suppressed(row) for row in rows]}


def get_email_identity(_world: Sandbox, params: Params) -> Params:
    """Every domain is verified here; the ones mail was sent from are remembered."""
    return {
        "IdentityType": "EMAIL_ADDRESS" if "@" in params["EmailIdentity"] else "DOMAIN",
        "VerifiedForSendingStatus": True,
        "VerificationStatus": "SUCCESS",
    }


OPERATIONS: dict[str, Callable[[Sandbox, Params], Params]] = {
    "SendEmail": send_email,
    "GetAccount": get_account,
    "GetEmailIdentity": get_email_identity,
    "GetSuppressedDestination": get_suppressed,
    "PutSuppressedDestination": put_suppressed,
    "DeleteSuppressedDestination": delete_suppressed,
    "ListSuppressedDestinations": list_suppressed,
}
