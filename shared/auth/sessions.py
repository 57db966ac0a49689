"""Sessions: rows that a cookie points at. Started by a proof, ended by a person or by time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared import clock
from shared.access.errors import FreshFactorNeeded
from shared.access.principal import Principal
from shared.auth import tokens
from shared.auth.lifetimes import (
    SESSION_ABSOLUTE,
    SESSION_TOUCH_EVERY,
    factor_is_fresh,
    session_is_alive,
)
from shared.events import act
from shared.models.account import Account
from shared.models.web_session import WebSession


@dataclass(frozen=True, slots=True)
class StartedSession:
    """A new session and the token for its cookie, which exists in clear only here and there."""

    row: WebSession
    token: str


def start_session(
    session: Session,
    *,
    account: Account,
    face: str,
    factor: str,
    device: str,
    patient_id: UUID | None = None,
    replacing: str | None = None,
    token: str | None = None,
) -> StartedSession:
    """Begin a session with a token nobody has seen before; `token` is one the caller has derived.

    `replacing` is the token the browser came with, if any: that session ends, so that a token
    planted before signing in is worth nothing afterwards (session fixation).
    """
    at = clock.now()
    if replacing:
        end_session(session, face=face, token=replacing, reason="replaced")
    token = token or tokens.new_token()
    row = WebSession(
        practice_id=account.practice_id,
        face=face,
        account_id=account.id,
        patient_id=patient_id,
        token_hash=tokens.hash_token(token),
        factor=factor,
        device=device,
        created_at=at,
        last_seen_at=at,
        fresh_at=at,
        expires_at=at + SESSION_ABSOLUTE,
        ended_at=None,
        end_reason=None,
    )
    session.add(row)
    act(session, "session.started", target=row, patient_id=patient_id, face=face, factor=factor)
    return StartedSession(row, token)


def find_session(
    session: Session, *, practice_id: UUID, face: str, token: str | None, now: datetime
) -> WebSession | None:
    """The live session behind a token."""
    if not token or not tokens.looks_like_token(token):
        return None
    row = session.scalar(
        select(WebSession).where(
            WebSession.practice_id == practice_id,
            WebSession.token_hash == tokens.hash_token(token),
            WebSession.face == face,
        )
    )
    return row if row is not None and is_alive(row, now) else None


def is_alive(row: WebSession, now: datetime) -> bool:
    """Whether the session still opens the door at a moment."""
    return session_is_alive(
        row.face,
        at=now,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
    )


def touch(session: Session, *, practice_id: UUID, session_id: UUID, now: datetime) -> bool:
    """Keep a session alive because a person did something; returns whether a row was written.

    Not to be called for requests that a page makes by itself (polling). Written at most every
    thirty seconds.
    """
    known: WebSession | None = session.info.get("asked")
    if known is not None and known.last_seen_at >= now - SESSION_TOUCH_EVERY:
        return False
    written = session.execute(
        update(WebSession)
        .where(
            WebSession.practice_id == practice_id,
            WebSession.id == session_id,
            WebSession.ended_at.is_(None),
            WebSession.last_seen_at < now - SESSION_TOUCH_EVERY,
        )
        .values(last_seen_at=now)
        .returning(WebSession.id)
        .execution_options(synchronize_session=False)
    ).first()
    return written is not None


def end_session(session: Session, *, face: str, token: str, reason: str = "signed_out") -> bool:
    """End the session behind a token; False when there was none."""
    row = find_session(
        session,
        practice_id=session.info["context"].practice_id,
        face=face,
        token=token,
        now=clock.now(),
    )
    if row is None:
        return False
    row.ended_at = clock.now()
    row.end_reason = reason
    act(session, "session.ended", target=row, patient_id=row.patient_id, face=face, reason=reason)
    return True


def end_sessions_of(
    session: Session, *, practice_id: UUID, account_id: UUID, reason: str, face: str | None = None
) -> int:
    """End every session of an account, on one face or on all; returns how many there were."""
    theirs = select(WebSession).where(
        WebSession.practice_id == practice_id,
        WebSession.account_id == account_id,
        WebSession.ended_at.is_(None),
    )
    rows = session.scalars(theirs if face is None else theirs.where(WebSession.face == face)).all()
    for row in rows:
        row.ended_at = clock.now()
        row.end_reason = reason
        act(session, "session.ended", target=row, face=row.face, reason=reason)
    return len(rows)


def is_fresh(session: Session, viewer: Principal) -> bool:
    """Whether the last proof of identity is younger than five minutes. Needs the gate's role."""
    row = None
    if viewer.session_id is not None:
        row = session.get(WebSession, (viewer.practice_id, viewer.session_id))
    return row is not None and factor_is_fresh(row.fresh_at, at=clock.now())


def require_fresh(session: Session, viewer: Principal) -> None:
    """Refuse a sensitive act without a fresh proof of identity.

    Raises FreshFactorNeeded. Needs the gate's role (see `through_gate`).
    """
    if not is_fresh(session, viewer):
        raise FreshFactorNeeded
