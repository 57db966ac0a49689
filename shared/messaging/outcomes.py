"""Moving a dispatch from status to status: each step is an act in the log, with its reason."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from shared import clock
from shared.adapters.email.letter import Deferred, Outcome, Sent
from shared.attention import settle_item
from shared.events import act
from shared.messaging.catalogue import find_template
from shared.messaging.email import ask_to_send
from shared.messaging.states import check_step
from shared.messaging.suppressions import raise_failed
from shared.models.dispatch import Dispatch

# Putting off: 15 s, 30 s, 1 min ... at most half an hour; eight tries take about half an hour.
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=30)
MOST_ATTEMPTS = 8
# A mail somebody waits for is sent once more when nobody can tell whether the first one left.
URGENT_ATTEMPTS = 2

ACTIONS = {"queued": "dispatch.requeued"}


def settle(
    session: Session,
    dispatch: Dispatch,
    status: str,
    reason: str | None = None,
    *,
    outcome: Outcome | None = None,
) -> None:
    """Record how a sending ended. The vendor's notices may have been quicker: they stand."""
    if isinstance(outcome, Sent):
        dispatch.provider_message_id = outcome.message_id
        dispatch.sent_at = clock.now()
        _forget_secret(dispatch)
    if dispatch.status not in {"sending", "unknown"}:
        _note(session, "dispatch.sent", dispatch)
        return
    if status == "unknown" and _again(dispatch):
        status, outcome = "queued", Deferred(reason or "unknown")
    if status == "queued":
        _put_off(session, dispatch, outcome, reason)
        return
    if status == dispatch.status:
        _note(session, f"dispatch.{status}", dispatch)
        return
    move(session, dispatch, status, reason)


def move(session: Session, dispatch: Dispatch, status: str, reason: str | None = None) -> None:
    """One step of our own. Raises NotAllowed for one the table of states does not know."""
    check_step(dispatch.status, status)
    dispatch.status, dispatch.reason = status, reason
    if status in {"failed", "skipped", "cancelled"}:
        _forget_secret(dispatch)
    _note(session, ACTIONS.get(status, f"dispatch.{status}"), dispatch)
    if status == "failed":
        raise_failed(session, dispatch)


def learn(session: Session, dispatch: Dispatch, status: str, reason: str | None = None) -> None:
    """One step by a vendor's notice that `may_become` allowed."""
    dispatch.status, dispatch.reason, dispatch.settled_at = status, reason, clock.now()
    _forget_secret(dispatch)
    _note(session, f"dispatch.{status}", dispatch)
    settle_item(session, "mail_unknown", subject=("dispatch", dispatch.id))
    if status == "failed":
        raise_failed(session, dispatch)


def _put_off(
    session: Session, dispatch: Dispatch, outcome: Outcome | None, reason: str | None
) -> None:
    if dispatch.attempts >= MOST_ATTEMPTS:
        move(session, dispatch, "failed", f"gave_up_{reason}")
        return
    wait = min(FIRST_WAIT * (1 << (dispatch.attempts - 1)), LONGEST_WAIT)
    if _again(dispatch):
        wait = timedelta(seconds=2)  # a person is waiting in front of a screen
    if isinstance(outcome, Deferred):
        wait = max(wait, outcome.wait)
    move(session, dispatch, "queued", reason)
    ask_to_send(session, dispatch.id, run_at=clock.now() + wait)


def _again(dispatch: Dispatch) -> bool:
    return find_template(dispatch.template).urgent and dispatch.attempts < URGENT_ATTEMPTS


def _forget_secret(dispatch: Dispatch) -> None:
    """The link opens a door: once it has been sent, only the reader should have it."""
    if find_template(dispatch.template).secret:
        dispatch.context = None


def _note(session: Session, action: str, dispatch: Dispatch) -> None:
    act(
        session,
        action,
        target=dispatch,
        patient_id=dispatch.patient_id,
        mail=find_template(dispatch.template).label,
        reason=dispatch.reason or "",
    )
