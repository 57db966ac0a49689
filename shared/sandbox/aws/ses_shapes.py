"""The objects inside SES events, field by field."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

from shared.sandbox.ids import token
from shared.sandbox.store import Row, unpack
from shared.sandbox.world import Sandbox

Json = dict[str, Any]


def iso(moment: datetime) -> str:
    text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return f"{text[:-3]}Z"


def mail_part(world: Sandbox, row: Row) -> Json:
    message = message_from_bytes(bytes(row["raw"]), policy=policy.default)
    headers = [{"name": name, "value": str(value)} for name, value in message.items()]
    common: Json = {
        "from": [str(message.get("From", row["sender"]))],
        "messageId": row["message_id"],
    }
    for name in ("To", "Cc", "Date", "Subject"):
        if message[name]:
            value = str(message[name])
            common[name.lower()] = value if name in {"Date", "Subject"} else value.split(", ")
    domain = row["sender"].rpartition("@")[2]
    account = world.settings.account_id
    return {
        "timestamp": iso(datetime.fromtimestamp(row["created"], UTC)),
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


def bounce(now: str, to: list[str], kind: str, subtype: str) -> Json:
    gone = {"NoEmail", "General"}
    status = {"Permanent": "5.1.1", "Transient": "4.4.7"}[kind]
    words = "550 5.1.1 user unknown" if subtype in gone else f"554 5.7.1 {subtype}"
    people = [
        {
            "emailAddress": one,
            "action": "failed",
            "status": status,
            "diagnosticCode": f"smtp; {words}",
        }
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


def complaint(now: str, to: list[str], subtype: str | None) -> Json:
    return {
        "complainedRecipients": [{"emailAddress": one} for one in to],
        "timestamp": now,
        "feedbackId": f"0100{token(12)}-{token(8)}-000000",
        "complaintSubType": subtype,
        "complaintFeedbackType": "abuse",
        "userAgent": "Sandbox-FBL/1.0",
        "arrivalDate": now,
    }


def delivery(now: str, to: list[str]) -> Json:
    return {
        "timestamp": now,
        "processingTimeMillis": 620,
        "recipients": to,
        "smtpResponse": "250 2.6.0 Message received",
        "reportingMTA": "sandbox.amazonses.com",
    }


def delay(now: datetime, to: list[str]) -> Json:
    code = "smtp; 421 4.4.1 Unable to connect"
    people = [{"emailAddress": one, "status": "4.4.1", "diagnosticCode": code} for one in to]
    return {
        "timestamp": iso(now),
        "delayType": "TransientCommunicationFailure",
        "expirationTime": iso(now + timedelta(hours=14)),
        "delayedRecipients": people,
    }
