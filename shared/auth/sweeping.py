"""Housekeeping: what sign-in left behind and nobody can use any more."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, true
from sqlalchemy.orm import Session

from shared.db import Base
from shared.models.idempotency_key import IdempotencyKey
from shared.models.mail_count import MailCount
from shared.models.rate_limit import RateLimit
from shared.models.sign_in_attempt import SignInAttempt
from shared.models.web_session import WebSession
from shared.models.webauthn_challenge import WebauthnChallenge

# Long enough to look into yesterday's trouble; the event log keeps what must be kept.
KEPT = timedelta(days=1)
SESSIONS_KEPT = timedelta(days=30)


def sweep_sign_ins(session: Session, *, practice_id: UUID, at: datetime) -> int:
    """Delete expired attempts, challenges, counters, form keys and sessions; returns how many.

    Runs as bedside_job, the only role that may delete them.
    """
    before = at - KEPT
    over: list[tuple[type[Base], ColumnElement[bool], ColumnElement[bool]]] = [
        (
            SignInAttempt,
            SignInAttempt.practice_id == practice_id,
            SignInAttempt.expires_at < before,
        ),
        (
            WebauthnChallenge,
            WebauthnChallenge.practice_id == practice_id,
            WebauthnChallenge.expires_at < before,
        ),
        (MailCount, MailCount.hour < before, true()),
        (RateLimit, RateLimit.practice_id == practice_id, RateLimit.window_start < before),
        (
            IdempotencyKey,
            IdempotencyKey.practice_id == practice_id,
            IdempotencyKey.created_at < before,
        ),
        (
            WebSession,
            WebSession.practice_id == practice_id,
            or_(
                WebSession.expires_at < at - SESSIONS_KEPT,
                WebSession.ended_at < at - SESSIONS_KEPT,
            ),
        ),
    ]
    swept = 0
    for model, ours, done in over:
        result = session.execute(
            delete(model).where(ours, done).execution_options(synchronize_session=False)
        )
        swept += int(getattr(result, "rowcount", 0))
    return swept
