"""SES's notices about our mail, brought by SNS."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared import clock
from shared.adapters.sns.envelope import NOTIFICATION, EnvelopeRefused, open_envelope
from shared.config import Settings
from shared.inbound.errors import NotificationRefused
from shared.inbound.storing import store
from shared.messaging import ses_dispatch_id, ses_practice_id

SUBSCRIPTION = "SubscriptionConfirmation"


def receive(raw: bytes, *, settings: Settings, practice_id: UUID) -> None:
    """Verify and store one envelope. Raises NotificationRefused."""
    try:
        envelope = open_envelope(raw, settings=settings, at=clock.now())
    except EnvelopeRefused as error:
        raise NotificationRefused(str(error)) from error
    meant_for, kind, body = None, envelope.type, envelope.message
    if envelope.type == NOTIFICATION:
        notice = read(envelope.message)
        meant_for, kind = ses_practice_id(notice), notice_kind(notice)
    elif envelope.type == SUBSCRIPTION:
        body = envelope.subscribe_url or ""
    store(
        source="ses",
        vendor_event_id=envelope.message_id,
        kind=kind[:80],
        body=body,
        practice_id=practice_id,
        meant_for=meant_for,
    )


def read(message: str) -> Mapping[str, Any]:
    """The notice inside an envelope; empty when it is not one (SNS may carry any text)."""
    try:
        notice = json.loads(message)
    except (ValueError, RecursionError):
        return {}
    return notice if isinstance(notice, dict) else {}


def dispatch_id(notice: Mapping[str, Any]) -> UUID | None:
    """The mail a notice is about, by the tag we gave it."""
    return ses_dispatch_id(notice)


def notice_kind(notice: Mapping[str, Any]) -> str:
    """SES says eventType, or notificationType in its older feedback."""
    kind = notice.get("eventType") or notice.get("notificationType")
    return f"ses.{kind}" if isinstance(kind, str) else "ses.unreadable"
