"""Arriving by passkey: the device says who it is, so nothing is typed and nothing is told."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.auth import limits
from shared.auth.attempts import note_refusal
from shared.auth.ceremonies import PORTAL, prove_passkey
from shared.auth.devices import Browser
from shared.auth.errors import NothingToOpen, SignInRefused
from shared.auth.sessions import start_session
from shared.auth.webauthn import RelyingParty
from shared.people import choose_patient


def arrive_by_passkey(
    session: Session,
    *,
    practice_id: UUID,
    party: RelyingParty,
    browser: Browser,
    credential: dict[str, Any],
    network: str | None,
) -> str:
    """The token of a new session of the account's own record; raises SignInRefused, TooOften."""
    with limits.failures_of(session, limits.PASSKEYS_FROM_NETWORK, limits.network_of(network)):
        account = prove_passkey(
            session,
            party=party,
            practice_id=practice_id,
            browser=browser.key,
            credential=credential,
            face=PORTAL,
        )
    try:
        patient_id = choose_patient(session, account=account, known=[])
    except NothingToOpen as refusal:
        note_refusal(session, attempt_id=None, reason=refusal.reason)
        raise SignInRefused(refusal.reason) from refusal
    started = start_session(
        session,
        account=account,
        face=PORTAL,
        factor="passkey",
        device=browser.device,
        patient_id=patient_id,
        replacing=browser.session_token,
    )
    return started.token
