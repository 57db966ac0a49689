"""Sending one dispatch: claim it, render it, knock on the vendor's door, record what became of it.

Three steps, so that no transaction is open during the call: `claim` (one transaction), the
adapter, `record_outcome` (another). A process that dies between the two leaves `sending`, which
the next run reads as "nobody can tell".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from shared import clock
from shared.access.changes import access_change
from shared.access.dispatches import access_dispatch
from shared.access.principal import Principal
from shared.access.suppressions import find_suppression
from shared.adapters.email.letter import Letter, Outcome, Sender
from shared.attention import raise_item, settle_item
from shared.events import act
from shared.messaging.caps import TOO_MANY, CapSettings, take_place
from shared.messaging.catalogue import NotForMail, find_template
from shared.messaging.letterhead import ForeignLink
from shared.messaging.letterheads import LinkSettings, load_letterhead
from shared.messaging.outcomes import move, settle
from shared.messaging.providers import FIRST, SECOND
from shared.messaging.say import ENGLISH, say
from shared.messaging.senders import resolve_sender, sender_of
from shared.messaging.suppressions import COMPLAINED
from shared.messaging.waiting import wait_for_tomorrow
from shared.messaging.wishes import hold_back, reason_not_to, wishes_of
from shared.models.dispatch import Dispatch

TOO_LATE = "too_late"
ADDRESS_BOUNCED = "address_bounced"
ADDRESS_COMPLAINED = "address_complained"
WORKER_STOPPED = "worker_stopped"
UNWRITABLE = "unwritable"


class SendSettings(LinkSettings, CapSettings, Protocol):
    """The part of the settings that sending needs."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A dispatch that is ours to send now, as the adapter wants it."""

    dispatch_id: UUID
    letter: Letter
    # Whether the second provider may take it when the first fails.
    second_provider: bool = False


def claim(
    session: Session, *, viewer: Principal, dispatch_id: UUID, settings: SendSettings
) -> Claimed | None:
    """Take a queued dispatch; None when there is nothing to send (any more).

    Call it with the dispatch's job lock held: a dispatch that is `sending` then belongs to a
    process that died, and becomes `unknown` (or is queued again where a second mail is harmless).
    """
    dispatch = access_dispatch(session, viewer=viewer, dispatch_id=dispatch_id, lock=True)
    if dispatch.status == "sending":
        settle(session, dispatch, "unknown", WORKER_STOPPED)
        return None
    if dispatch.status != "queued":
        return None
    choices = wishes_of(session, viewer=viewer, dispatch=dispatch)
    reason = _reason_to_skip(session, viewer, dispatch) or reason_not_to(
        session, viewer=viewer, dispatch=dispatch, choices=choices
    )
    if reason:
        move(session, dispatch, "skipped", reason)
        return None
    if hold_back(session, viewer=viewer, dispatch=dispatch, choices=choices):
        return None
    if wait_for_tomorrow(session, dispatch):
        return None
    if not take_place(session, dispatch, settings):
        move(session, dispatch, "skipped", TOO_MANY)
        raise_item(session, "mail_capped")
        return None
    if not _take(session, dispatch):
        return None
    try:
        letter = _letter(session, viewer, dispatch, settings, choices.language)
    except (NotForMail, ForeignLink, KeyError, ValueError):
        settle(session, dispatch, "failed", UNWRITABLE)
        return None
    return Claimed(dispatch.id, letter, find_template(dispatch.template).second_provider)


def record_outcome(
    session: Session,
    *,
    viewer: Principal,
    claimed: Claimed,
    letter: Letter,
    outcome: Outcome,
    provider: str = FIRST,
) -> Dispatch:
    """Write down what became of a claimed dispatch. `letter` is the one that was sent at last."""
    dispatch = access_dispatch(session, viewer=viewer, dispatch_id=claimed.dispatch_id, lock=True)
    dispatch.provider = provider
    dispatch.sender = letter.sender.address
    dispatch.sender_source = letter.sender.source
    settle(session, dispatch, *_status_of(outcome), outcome=outcome)
    _be_loud(session, letter, provider, claimed.letter.sender.problem)
    return dispatch


def _be_loud(session: Session, letter: Letter, provider: str, problem: str | None) -> None:
    """Whatever stood in for what was configured is shown until somebody has looked."""
    if provider == SECOND:
        raise_item(session, "second_provider_used")
    elif letter.sender.source == "fallback":
        raise_item(session, "sender_fallback", code=problem or "refused")
    else:
        settle_item(session, "sender_fallback")


def _status_of(outcome: Outcome) -> tuple[str, str | None]:
    """The status an outcome asks for, and the reason code."""
    name = {"Sent": "sent", "Refused": "failed", "Deferred": "queued", "Unknown": "unknown"}
    return name[type(outcome).__name__], getattr(outcome, "reason", None)


def _take(session: Session, dispatch: Dispatch) -> bool:
    """Queued to sending in one UPDATE; False when somebody else was quicker."""
    act(
        session,
        "dispatch.claimed",
        target=dispatch,
        patient_id=dispatch.patient_id,
        mail=find_template(dispatch.template).label,
    )
    taken = session.execute(
        update(Dispatch)
        .where(Dispatch.practice_id == dispatch.practice_id)
        .where(Dispatch.id == dispatch.id)
        .where(Dispatch.status == "queued")
        .values(status="sending", claimed_at=clock.now(), attempts=Dispatch.attempts + 1)
        .returning(Dispatch.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    session.refresh(dispatch)
    return taken is not None


def _letter(
    session: Session,
    viewer: Principal,
    dispatch: Dispatch,
    settings: LinkSettings,
    language: str | None,
) -> Letter:
    packed = json.loads(dispatch.context)
    message = say(
        dispatch.template,
        packed["context"],
        letterhead=load_letterhead(session, dispatch.practice_id, settings),
        calendar=packed["calendar"],
        language=language or ENGLISH,
    )
    return Letter(
        to=dispatch.to,
        sender=_sender(session, viewer, dispatch),
        subject=message.subject,
        text=message.text,
        html=message.html,
        calendar=message.calendar,
        tags={"dispatch": str(dispatch.id), "practice": str(dispatch.practice_id)},
    )


def _sender(session: Session, viewer: Principal, dispatch: Dispatch) -> Sender:
    """The practice's sender; for a test of a proposed one, that one."""
    tested = dispatch.template == "operations_test" and dispatch.about_type == "pending_change"
    if tested and dispatch.about_id is not None:
        change = access_change(session, viewer=viewer, change_id=dispatch.about_id)
        if change.kind == "message_sender":
            return sender_of(change.proposal)
    return resolve_sender(session)


def _reason_to_skip(session: Session, viewer: Principal, dispatch: Dispatch) -> str | None:
    """Why this mail should not be sent at all, if so."""
    template = find_template(dispatch.template)
    if template.useful_for and clock.now() > dispatch.created_at + template.useful_for:
        return TOO_LATE
    if template.urgent or dispatch.to_bidx is None:
        return None
    kept = find_suppression(
        session, viewer=viewer, channel=dispatch.channel, to_bidx=dispatch.to_bidx
    )
    if kept is None:
        return None
    return ADDRESS_COMPLAINED if kept.reason == COMPLAINED else ADDRESS_BOUNCED
