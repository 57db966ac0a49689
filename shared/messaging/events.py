"""What SES tells afterwards: delivered, delayed, bounced, unwanted. Twice, late, in any order.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html. A mail is
found by the opaque tag we gave it, else by the vendor's own id; a mail whose sending nobody could
tell about is settled here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access.dispatches import access_dispatch, find_dispatch_by_message_id
from shared.access.errors import NotFound
from shared.access.principal import Principal
from shared.messaging.outcomes import learn
from shared.messaging.states import may_become
from shared.messaging.suppressions import learn_from_fate
from shared.models.dispatch import Dispatch

Event = Mapping[str, Any]


class Applied(StrEnum):
    """What a notice did."""

    CHANGED = "changed"
    NOTHING_NEW = "nothing_new"
    # Not about a mail of ours, or not yet: the sending may still be in its first transaction.
    NOT_OURS = "not_ours"
    # A kind that changes nothing, such as a subscription.
    NOT_USED = "not_used"


def ses_practice_id(event: Event) -> UUID | None:
    """The practice a notice is for, by the tag its mail was sent with."""
    return _tagged(event, "practice")


def ses_dispatch_id(event: Event) -> UUID | None:
    """The mail a notice is about, by the tag it was sent with."""
    return _tagged(event, "dispatch")


def apply_ses_event(session: Session, *, viewer: Principal, event: Event) -> Applied:
    """Apply one SES notice (the SNS message, parsed). Harmless when repeated. Flushes."""
    meaning = read_event(event)
    if meaning is None:
        return Applied.NOT_USED
    dispatch = _find(session, viewer, event)
    if dispatch is None:
        return Applied.NOT_OURS
    status, reason = meaning
    if not may_become(dispatch.status, status):
        return Applied.NOTHING_NEW
    dispatch.provider_message_id = dispatch.provider_message_id or _message_id(event)
    learn(session, dispatch, status, reason)
    learn_from_fate(session, dispatch, viewer=viewer)
    return Applied.CHANGED


def read_event(event: Event) -> tuple[str, str | None] | None:
    """The status and reason a notice stands for; None for one that changes nothing."""
    kind = str(event.get("eventType") or event.get("notificationType") or "")
    if kind == "Bounce":
        return _read_bounce(event.get("bounce") or {})
    if kind == "Complaint":
        return _read_complaint(event.get("complaint") or {})
    if kind == "Reject":
        return "failed", "rejected_by_vendor"
    if kind == "DeliveryDelay":
        return "deferred", _code((event.get("deliveryDelay") or {}).get("delayType"))
    simple = {"Send": "sent", "Delivery": "delivered"}
    return (simple[kind], None) if kind in simple else None


def _read_bounce(bounce: Mapping[str, Any]) -> tuple[str, str | None]:
    kind, detail = _code(bounce.get("bounceType")), _code(bounce.get("bounceSubType"))
    if detail in {"suppressed", "on_account_suppression_list"}:
        return "suppressed", detail
    return "bounced", f"{kind}_{detail}" if detail else kind


def _read_complaint(complaint: Mapping[str, Any]) -> tuple[str, str | None] | None:
    if complaint.get("complaintSubType") == "OnAccountSuppressionList":
        return "suppressed", "on_account_suppression_list"
    kind = _code(complaint.get("complaintFeedbackType"))
    return None if kind == "not_spam" else ("complained", kind)


def _find(session: Session, viewer: Principal, event: Event) -> Dispatch | None:
    if ses_practice_id(event) not in {None, viewer.practice_id}:
        return None
    dispatch_id = _tagged(event, "dispatch")
    if dispatch_id is not None:
        try:
            return access_dispatch(session, viewer=viewer, dispatch_id=dispatch_id, lock=True)
        except NotFound:
            return None
    message_id = _message_id(event)
    if message_id is None:
        return None
    return find_dispatch_by_message_id(session, viewer=viewer, message_id=message_id)


def _message_id(event: Event) -> str | None:
    return str(event.get("mail", {}).get("messageId") or "") or None


def _tagged(event: Event, name: str) -> UUID | None:
    values = (event.get("mail", {}).get("tags") or {}).get(name) or []
    try:
        return UUID(str(values[0])) if values else None
    except ValueError:
        return None


def _code(words: object) -> str | None:
    """ "OnAccountSuppressionList" and "not-spam" as codes of ours."""
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", str(words or ""))
    return re.sub(r"[^a-z]+", "_", text.lower()).strip("_") or None
