"""Applying a stored notification: once, from the vendor's own present state, patiently.

The answer says what the job does next: done, or come back because the row it speaks of may still
be on its way.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.adapters.payments.values import CheckoutState
from shared.adapters.sns.envelope import EnvelopeRefused
from shared.adapters.sns.subscription import confirm_subscription
from shared.attention import raise_item
from shared.billing.errors import UnexpectedAmount
from shared.checkout.settling import UnknownReference, settle_page, settle_refund
from shared.events import act
from shared.inbound import ses, stripe, whereby
from shared.messaging import Applied, apply_ses_event
from shared.models.inbox import Inbox
from shared.practices.work import VendorWork
from shared.visits.hearing import UnknownRoom, apply_room_event

PATIENCE = timedelta(minutes=5)
NOT_USED, UNKNOWN, AMOUNT, ELSEWHERE = (
    "not used",
    "unknown reference",
    "unexpected amount",
    "subscription address elsewhere",
)


class Verdict(StrEnum):
    """What came of an attempt."""

    DONE = "done"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Notice:
    """A stored notification, detached."""

    id: UUID
    source: str
    kind: str
    body: str


def apply_notice(work: VendorWork, *, inbox_id: UUID, again: bool = False) -> Verdict:
    """Apply one row of the inbox; applied, ignored and dead ones stay as they are.

    `again` applies them once more all the same, which changes nothing that is so already.

    Raises Unavailable and SubscriptionFailed, to be run again.
    """
    with work.session() as session:
        notice = _take(session, inbox_id, work, again=again)
    if notice is None:
        return Verdict.DONE
    if notice.source == "ses":
        return _apply_ses(work, notice)
    if notice.source == whereby.SOURCE:
        return _apply_whereby(work, notice)
    return _apply_stripe(work, notice)


def _apply_stripe(work: VendorWork, notice: Notice) -> Verdict:
    event = stripe.read(notice.body)
    if not stripe.is_used(event):
        return _finish(work, notice, "ignored", NOT_USED)
    account_key = notice.source.partition(":")[2]
    state = stripe.fetch(event, account_key=account_key, settings=work.settings)
    if state is None:
        return _wait(work, notice)
    try:
        with work.session() as session:
            if isinstance(state, CheckoutState):
                settle_page(session, state=state, by=work.principal)
            else:
                settle_refund(session, state=state, by=work.principal)
            _mark(session, notice.id, work, "applied", None)
    except UnknownReference:
        return _wait(work, notice)
    except UnexpectedAmount:
        return _finish(work, notice, "dead", AMOUNT)
    return Verdict.DONE


def _apply_whereby(work: VendorWork, notice: Notice) -> Verdict:
    event = whereby.read(notice.body)
    if not whereby.is_used(event):
        return _finish(work, notice, "ignored", NOT_USED)
    try:
        with work.session() as session:
            apply_room_event(session, event=event, by=work.principal)
            _mark(session, notice.id, work, "applied", None)
    except UnknownRoom:
        return _wait(work, notice)
    return Verdict.DONE


def _apply_ses(work: VendorWork, notice: Notice) -> Verdict:
    if notice.kind == ses.SUBSCRIPTION:
        try:
            confirm_subscription(notice.body, settings=work.settings)
        except EnvelopeRefused:
            return _finish(work, notice, "dead", ELSEWHERE)
        return _finish(work, notice, "applied", None)
    with work.session() as session:
        event = dict(ses.read(notice.body))
        outcome = apply_ses_event(session, viewer=work.principal, event=event)
        if outcome is Applied.NOT_USED:
            _mark(session, notice.id, work, "ignored", NOT_USED)
        elif outcome is not Applied.NOT_OURS:
            _mark(session, notice.id, work, "applied", None)
    return _wait(work, notice) if outcome is Applied.NOT_OURS else Verdict.DONE


def _take(session: Session, inbox_id: UUID, work: VendorWork, *, again: bool) -> Notice | None:
    """Count the attempt; None when there is nothing left to do."""
    row = _locked(session, inbox_id, work)
    if row is None or (row.status != "received" and not again):
        return None
    row.attempts += 1
    act(session, "inbox.tried", target=row, source=row.source, kind=row.kind)
    return Notice(row.id, row.source, row.kind, row.body)


def _wait(work: VendorWork, notice: Notice) -> Verdict:
    """What it speaks of may be known in a moment; after five minutes a person has to look."""
    with work.session() as session:
        row = _locked(session, notice.id, work)
        if row is None or row.status != "received":
            return Verdict.DONE
        if clock.now() - (row.retried_at or row.received_at) < PATIENCE:
            row.last_error = UNKNOWN
            act(session, "inbox.postponed", target=row, source=row.source, kind=row.kind)
            return Verdict.LATER
        _mark(session, notice.id, work, "dead", UNKNOWN)
    return Verdict.DONE


def _finish(work: VendorWork, notice: Notice, status: str, reason: str | None) -> Verdict:
    with work.session() as session:
        _mark(session, notice.id, work, status, reason)
    return Verdict.DONE


def _mark(
    session: Session, inbox_id: UUID, work: VendorWork, status: str, reason: str | None
) -> None:
    row = _locked(session, inbox_id, work)
    if row is None or row.status != "received":
        return
    row.status, row.last_error, row.applied_at = status, reason, clock.now()
    act(session, f"inbox.{status}", target=row, source=row.source, kind=row.kind, why=reason)
    if status == "dead":
        raise_item(session, "dead_letter", subject=("inbox", row.id), code=reason)


def _locked(session: Session, inbox_id: UUID, work: VendorWork) -> Inbox | None:
    return session.scalar(
        select(Inbox)
        .where(Inbox.practice_id == work.principal.practice_id, Inbox.id == inbox_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
