"""Staff signing in: by passkey, by recovery code, or for the first time by invitation."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.auth import limits
from shared.auth.accounts import find_account
from shared.auth.asking import staff_roles
from shared.auth.attempts import note_refusal
from shared.auth.ceremonies import prove_passkey
from shared.auth.devices import Browser
from shared.auth.errors import SignInRefused
from shared.auth.gate import through_gate
from shared.auth.invitations import accept_invitation
from shared.auth.recovery_codes import count_recovery_codes, prove_recovery_code
from shared.auth.sessions import start_session
from shared.auth.webauthn import RelyingParty
from shared.keyring import normalise_email
from shared.models.account import Account
from shared.queue import defer


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody has accepted an invitation: their session's token, and whether they have codes."""

    token: str
    has_codes: bool


def sign_in_by_passkey(
    session: Session,
    *,
    practice_id: UUID,
    party: RelyingParty,
    browser: Browser,
    credential: dict[str, Any],
    network: str | None,
) -> str:
    """The token of a new session; raises SignInRefused, TooOften."""
    with limits.failures_of(session, limits.PASSKEYS_FROM_NETWORK, limits.network_of(network)):
        account = prove_passkey(
            session,
            party=party,
            practice_id=practice_id,
            browser=browser.key,
            credential=credential,
        )
    return _open_desk(session, account, browser, factor="passkey")


def sign_in_by_recovery_code(
    session: Session,
    *,
    practice_id: UUID,
    email: str,
    code: str,
    browser: Browser,
    network: str | None,
) -> str:
    """The token of a new session; raises SignInRefused, TooOften."""
    place = limits.network_of(network)
    pair = f"{place} {normalise_email(email)}"
    with (
        limits.failures_of(session, limits.RECOVERY_FROM_NETWORK, place),
        limits.failures_of(session, limits.RECOVERY_FROM_PLACE, pair),
    ):
        try:
            account = prove_recovery_code(session, practice_id=practice_id, email=email, code=code)
        except SignInRefused:
            _note_guess(session, practice_id, email)
            raise
    return _open_desk(session, account, browser, factor="recovery_code")


def join_by_invitation(
    session: Session,
    *,
    practice_id: UUID,
    token: str,
    code: str,
    browser: Browser,
    network: str | None,
) -> Joined:
    """Accept an invitation. Somebody without a sheet of recovery codes makes one next.

    Not here: the answer of a button that was pressed twice is shown once, and only the way on can
    be given again. Raises LinkSpent, WrongCode, TooOften.
    """
    place = limits.network_of(network)
    with limits.failures_of(session, limits.REDEMPTIONS_FROM_NETWORK, place):
        account = accept_invitation(session, practice_id=practice_id, token=token, code=code)
    has_codes = count_recovery_codes(session, account) > 0
    return Joined(_open_desk(session, account, browser, factor="invitation"), has_codes)


def _note_guess(session: Session, practice_id: UUID, email: str) -> None:
    """Many wrong codes for one address, from wherever: the owner is told, nobody is shut out."""
    if limits.reaches(session, limits.GUESSES_AT_ADDRESS, normalise_email(email)):
        with through_gate(session) as own:
            account = find_account(own, practice_id=practice_id, email=email)
            if account is not None:
                defer(own, "tell_of_guesses", account_id=account.id)


def _open_desk(session: Session, account: Account, browser: Browser, *, factor: str) -> str:
    if not staff_roles(session, account):
        note_refusal(session, attempt_id=None, reason="no_role")
        raise SignInRefused("no_role")
    started = start_session(
        session,
        account=account,
        face="admin",
        factor=factor,
        device=browser.device,
        replacing=browser.session_token,
        token=browser.next_token,
    )
    return started.token
