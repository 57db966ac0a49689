"""SNS: subscriptions that ask to be confirmed, envelopes signed with SignatureVersion 2.

One kindness the real service lacks: what is published to a subscription not yet confirmed waits
for its confirmation instead of being lost, so that starting in any order works.
"""

import json
import uuid
from collections.abc import Callable
from datetime import UTC
from typing import Any
from urllib.parse import urlencode

from shared.sandbox.aws.errors import AwsError
from shared.sandbox.aws.sns_keys import CERTIFICATE_PATH, sign_text
from shared.sandbox.delivery import Letter
from shared.sandbox.settings import Target
from shared.sandbox.store import Row
from shared.sandbox.world import Sandbox

Params = dict[str, Any]
SIGNED_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
SIGNED_CONFIRMATION = (
    *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
)


def string_to_sign(envelope: dict[str, str]) -> str:
    """Key and value on a line each, in byte order of the keys; what is absent is left out."""
    notification = envelope["Type"] == "Notification"
    names = SIGNED_NOTIFICATION if notification else SIGNED_CONFIRMATION
    return "".join(f"{name}\n{envelope[name]}\n" for name in names if name in envelope)


def _envelope(world: Sandbox, kind: str, message: str) -> dict[str, str]:
    moment = world.clock.now().astimezone(UTC)
    return {
        "Type": kind,
        "MessageId": str(uuid.uuid4()),
        "TopicArn": world.settings.topic_arn,
        "Message": message,
        "Timestamp": moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z",
        "SignatureVersion": "2",
        "SigningCertURL": world.settings.sns_url + CERTIFICATE_PATH,
    }


def _letter(world: Sandbox, row: Row, envelope: dict[str, str], event_id: str) -> Letter:
    envelope["Signature"] = sign_text(world.settings.home, string_to_sign(envelope))
    headers = {
        "Content-Type": "text/plain; charset=UTF-8",
        "User-Agent": "Amazon Simple Notification Service Agent",
        "x-amz-sns-message-type": envelope["Type"],
        "x-amz-sns-message-id": envelope["MessageId"],
        "x-amz-sns-topic-arn": envelope["TopicArn"],
        "x-amz-sns-subscription-arn": row["arn"],
    }
    target = Target(url=row["url"], host=row["host"])
    body = json.dumps(envelope).encode()
    return Letter("sns", envelope["Type"], event_id, target, headers, body)


def _confirm_url(world: Sandbox, token: str) -> str:
    wanted = {"Action": "ConfirmSubscription", "TopicArn": world.settings.topic_arn, "Token": token}
    return f"{world.settings.sns_url}/?{urlencode(wanted)}"


def ask_for_confirmation(world: Sandbox, row: Row) -> None:
    """Post the SubscriptionConfirmation with its SubscribeURL."""
    text = (
        f"You have chosen to subscribe to the topic {world.settings.topic_arn}.\n"
        "To confirm the subscription, visit the SubscribeURL included in this message."
    )
    envelope = _envelope(world, "SubscriptionConfirmation", text)
    envelope["Token"] = row["token"]
    envelope["SubscribeURL"] = _confirm_url(world, row["token"])
    world.postman.post(_letter(world, row, envelope, envelope["MessageId"]))


def subscribe_targets(world: Sandbox) -> None:
    """At start: one subscription per configured target; the unconfirmed are asked (again)."""
    for target in world.settings.webhooks.get("sns", ()):
        known = uuid.uuid5(uuid.NAMESPACE_URL, f"{target.host} {target.url}")
        arn = f"{world.settings.topic_arn}:{known}"
        world.store.run(
            "insert or ignore into subscription (arn, url, host, token) values (?, ?, ?, ?)",
            arn,
            target.url,
            target.host,
            uuid.uuid4().hex + uuid.uuid4().hex,
        )
        row = world.store.one("select * from subscription where arn = ?", arn)
        if row is not None and not row["confirmed"]:
            world.store.run(
                "delete from delivery where subject = 'SubscriptionConfirmation'"
                " and state = 'queued' and target like ?",
                f'%"host":"{target.host}"%',
            )
            ask_for_confirmation(world, row)


def publish(world: Sandbox, message: dict[str, Any], after: float = 0.0) -> None:
    """Send one message to every subscription of the configured targets."""
    urls = {(t.url, t.host) for t in world.settings.webhooks.get("sns", ())}
    for row in world.store.all("select * from subscription order by arn"):
        if (row["url"], row["host"]) not in urls:
            continue
        envelope = _envelope(world, "Notification", json.dumps(message))
        envelope["Subject"] = "Amazon SES Email Event Notification"
        cancel = urlencode({"Action": "Unsubscribe", "SubscriptionArn": row["arn"]})
        envelope["UnsubscribeURL"] = f"{world.settings.sns_url}/?{cancel}"
        letter = _letter(world, row, envelope, envelope["MessageId"])
        world.postman.post(letter, after=after, wait_for=None if row["confirmed"] else row["arn"])


def confirm_subscription(world: Sandbox, params: Params) -> Params:
    """Confirm by token; asking twice is harmless."""
    row = world.store.one("select * from subscription where token = ?", params["Token"])
    if row is None or params["TopicArn"] != world.settings.topic_arn:
        raise AwsError("InvalidParameter", "Invalid parameter: Token")
    world.store.run("update subscription set confirmed = 1 where arn = ?", row["arn"])
    world.postman.release(row["arn"])
    return {"SubscriptionArn": row["arn"]}


OPERATIONS: dict[str, Callable[[Sandbox, Params], Params]] = {
    "ConfirmSubscription": confirm_subscription,
}
