"""Sign-in attempts: opened by an address, redeemed once by a link or by eight digits."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared import clock
from shared.auth import tokens
from shared.auth.errors import LinkSpent, OtherBrowser, WrongCode
from shared.auth.gate import through_gate
from shared.auth.lifetimes import CODE_TRIES, SIGN_IN_ATTEMPT
from shared.auth.limits import is_noise
from shared.events import act
from shared.keyring import blind_index, normalise_email
from shared.models.sign_in_attempt import SignInAttempt

CODE_KIND = "sign_in_code"


@dataclass(frozen=True, slots=True)
class OpenedAttempt:
    """An attempt and its two secrets, which exist in clear only here and in the mail."""

    attempt: SignInAttempt
    token: str
    code: str


def open_attempt(
    session: Session,
    *,
    practice_id: UUID,
    email: str,
    browser: bytes,
    hold_id: UUID | None = None,
    details: str | None = None,
    return_to: str | None = None,
) -> OpenedAttempt:
    """Write down that somebody wants to sign in; `browser` identifies the browser that asks."""
    at = clock.now()
    token, code = tokens.new_token(), tokens.new_code()
    attempt = SignInAttempt(
        practice_id=practice_id,
        email=email.strip(),
        email_bidx=blind_index(practice_id, "email", normalise_email(email)),
        token_hash=tokens.hash_token(token),
        code_hash=b"",
        code_tries=0,
        browser_hash=browser,
        hold_id=hold_id,
        details=details,
        return_to=return_to,
        created_at=at,
        expires_at=at + SIGN_IN_ATTEMPT,
        used_at=None,
        destination=None,
    )
    attempt.code_hash = _code_hash(attempt, code)
    session.add(attempt)
    session.flush()
    return OpenedAttempt(attempt, token, code)


def find_attempt(
    session: Session, *, practice_id: UUID, attempt_id: UUID, browser: bytes | None
) -> SignInAttempt | None:
    """The attempt, for the browser that made it; None for every other one."""
    return session.scalar(
        select(SignInAttempt).where(
            SignInAttempt.practice_id == practice_id,
            SignInAttempt.id == attempt_id,
            SignInAttempt.browser_hash == (browser or b""),
        )
    )


def check_link(
    session: Session, *, practice_id: UUID, token: str, browser: bytes | None
) -> SignInAttempt:
    """The live attempt behind a link, opened in the browser that asked.

    Raises LinkSpent, or OtherBrowser when the link is good but was opened elsewhere.
    """
    attempt = _find_by_token(session, practice_id=practice_id, token=token)
    if not tokens.same(attempt.browser_hash, browser or b""):
        raise OtherBrowser("other_browser")
    return attempt


def check_link_with_code(
    session: Session, *, practice_id: UUID, token: str, code: str
) -> SignInAttempt:
    """The live attempt behind a link opened in another browser, proven by the mail's digits.

    Raises LinkSpent or WrongCode.
    """
    attempt = _find_by_token(session, practice_id=practice_id, token=token)
    check_code(session, attempt, code)
    return attempt


def check_code(session: Session, attempt: SignInAttempt, code: str) -> None:
    """Compare typed digits; each try is counted and committed before the answer is known.

    Raises LinkSpent when the attempt is over, WrongCode otherwise.
    """
    with through_gate(session) as own:
        tries = own.scalar(
            update(SignInAttempt)
            .where(
                SignInAttempt.practice_id == attempt.practice_id,
                SignInAttempt.id == attempt.id,
                SignInAttempt.used_at.is_(None),
                SignInAttempt.expires_at > clock.now(),
                SignInAttempt.code_tries < CODE_TRIES,
            )
            .values(code_tries=SignInAttempt.code_tries + 1)
            .returning(SignInAttempt.code_tries)
        )
    if tries is None:
        raise LinkSpent("spent")
    if not tokens.same(attempt.code_hash, _code_hash(attempt, code)):
        note_refusal(session, attempt_id=attempt.id, reason="wrong_code")
        raise WrongCode(CODE_TRIES - tries)


def give_try_back(session: Session, attempt: SignInAttempt) -> None:
    """The digits were right and are asked for once more with an answer: that is no second try."""
    with through_gate(session) as own:
        own.execute(
            update(SignInAttempt)
            .where(
                SignInAttempt.practice_id == attempt.practice_id,
                SignInAttempt.id == attempt.id,
                SignInAttempt.code_tries > 0,
            )
            .values(code_tries=SignInAttempt.code_tries - 1)
        )


def redeem_attempt(session: Session, attempt: SignInAttempt) -> datetime:
    """Use the attempt up: one statement decides, so of many at once exactly one succeeds.

    Raises LinkSpent for all others. Returns the moment of use.
    """
    at = clock.now()
    used_at = session.scalar(
        update(SignInAttempt)
        .where(
            SignInAttempt.practice_id == attempt.practice_id,
            SignInAttempt.id == attempt.id,
            SignInAttempt.used_at.is_(None),
            SignInAttempt.expires_at > at,
        )
        .values(used_at=at)
        .returning(SignInAttempt.used_at)
        .execution_options(synchronize_session=False)
    )
    if used_at is None:
        raise LinkSpent("spent")
    return used_at


def note_refusal(session: Session, *, attempt_id: UUID | None, reason: str) -> None:
    """Write the refusal to the event log, in a transaction that outlives the refused request."""
    if is_noise(session):
        return
    with through_gate(session) as own:
        act(own, "sign_in.refused", target=("sign_in_attempt", attempt_id), reason=reason)


def _find_by_token(session: Session, *, practice_id: UUID, token: str) -> SignInAttempt:
    attempt = None
    if tokens.looks_like_token(token):
        attempt = session.scalar(
            select(SignInAttempt).where(
                SignInAttempt.practice_id == practice_id,
                SignInAttempt.token_hash == tokens.hash_token(token),
            )
        )
    if attempt is None or attempt.used_at is not None or attempt.expires_at <= clock.now():
        note_refusal(session, attempt_id=attempt.id if attempt else None, reason="spent_link")
        raise LinkSpent("spent")
    return attempt


def _code_hash(attempt: SignInAttempt, code: str) -> bytes:
    message = tokens.code_message(attempt.id, code)
    return blind_index(attempt.practice_id, CODE_KIND, message) or b""
