"""WebAuthn challenges: random bytes that one ceremony in one browser may answer once."""

import secrets
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared import clock
from shared.auth.gate import through_gate
from shared.auth.lifetimes import WEBAUTHN_CHALLENGE
from shared.auth.webauthn import CeremonyRefusedError
from shared.models.webauthn_challenge import WebauthnChallenge

CHALLENGE_BYTES = 32


def new_challenge(
    session: Session,
    practice_id: UUID,
    *,
    ceremony: str,
    browser: bytes,
    account_id: UUID | None = None,
) -> bytes:
    """Hand out random bytes that only this browser may answer, once, within minutes."""
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    session.add(
        WebauthnChallenge(
            practice_id=practice_id,
            ceremony=ceremony,
            challenge=challenge,
            browser_hash=browser,
            account_id=account_id,
            expires_at=clock.now() + WEBAUTHN_CHALLENGE,
            used_at=None,
        )
    )
    session.flush()
    return challenge


def spend_challenge(
    session: Session,
    practice_id: UUID,
    ceremony: str,
    *,
    browser: bytes,
    account_id: UUID | None = None,
) -> bytes:
    """Use up the browser's newest open challenge, for good, whatever the answer is worth.

    Raises CeremonyRefusedError when there is none.
    """
    at = clock.now()
    newest = (
        select(WebauthnChallenge.id)
        .where(
            WebauthnChallenge.practice_id == practice_id,
            WebauthnChallenge.ceremony == ceremony,
            WebauthnChallenge.browser_hash == browser,
            WebauthnChallenge.account_id.is_not_distinct_from(account_id),
            WebauthnChallenge.expires_at > at,
            WebauthnChallenge.used_at.is_(None),
        )
        .order_by(WebauthnChallenge.expires_at.desc(), WebauthnChallenge.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    with through_gate(session) as own:
        challenge: bytes | None = own.scalar(
            update(WebauthnChallenge)
            .where(
                WebauthnChallenge.practice_id == practice_id,
                WebauthnChallenge.id == newest,
                WebauthnChallenge.used_at.is_(None),
            )
            .values(used_at=at)
            .returning(WebauthnChallenge.challenge)
        )
    if challenge is None:
        raise CeremonyRefusedError("no open challenge")
    return challenge
