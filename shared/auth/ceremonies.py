"""Passkeys at work: challenges handed out, answers checked, credentials kept."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared import clock
from shared.auth import webauthn
from shared.auth.attempts import note_refusal
from shared.auth.challenges import new_challenge, spend_challenge
from shared.auth.errors import SignInRefused
from shared.auth.webauthn import CeremonyRefusedError, RelyingParty
from shared.events import act
from shared.models.account import Account
from shared.models.passkey import Passkey
from shared.queue import defer

LONGEST_LABEL = 100
# One made in the portal, after a mail alone, opens the portal only.
DESK, PORTAL = "admin", "portal"
KNOWN_BEFORE = "uq_passkey_credential"


def begin_enrolment(
    session: Session,
    *,
    party: RelyingParty,
    account: Account,
    browser: bytes,
    face: str = DESK,
    shown_as: str | None = None,
) -> str:
    """Hand out a challenge for a new passkey; returns the options as JSON for the browser.

    `shown_as` is how the person's device will list it.
    """
    challenge = new_challenge(
        session, account.practice_id, ceremony="create", browser=browser, account_id=account.id
    )
    return webauthn.creation_options(
        party,
        challenge=challenge,
        user_handle=account.user_handle,
        user_name=shown_as or account.name or account.email,
        known_credential_ids=[
            key.credential_id for key in list_passkeys(session, account, face=face)
        ],
    )


def enrol_passkey(
    session: Session,
    *,
    party: RelyingParty,
    account: Account,
    browser: bytes,
    credential: dict[str, Any],
    label: str,
    face: str = DESK,
) -> Passkey:
    """Keep a new passkey; raises SignInRefused when the answer proves nothing, or was given before.

    A credential stands for one account of the practice, once: also one that was taken away.
    """
    at = clock.now()
    try:
        proven = webauthn.verify_creation(
            party,
            challenge=spend_challenge(
                session, account.practice_id, "create", browser=browser, account_id=account.id
            ),
            credential=credential,
        )
    except CeremonyRefusedError as refusal:
        note_refusal(session, attempt_id=None, reason="enrolment_refused")
        raise SignInRefused("enrolment_refused") from refusal
    passkey = Passkey(
        practice_id=account.practice_id,
        account_id=account.id,
        face=face,
        label=label.strip()[:LONGEST_LABEL] or "Passkey",
        rp_id=party.rp_id,
        credential_id=proven.credential_id,
        public_key=proven.public_key,
        sign_count=proven.sign_count,
        transports=list(proven.transports),
        aaguid=proven.aaguid,
        backed_up=proven.backed_up,
        created_at=at,
        last_used_at=None,
        ended_at=None,
    )
    try:
        with session.begin_nested():
            session.add(passkey)
            act(session, "passkey.enrolled", target=passkey)
    except IntegrityError as conflict:
        if KNOWN_BEFORE not in str(conflict.orig):
            raise
        note_refusal(session, attempt_id=None, reason="enrolment_refused")
        raise SignInRefused("enrolment_refused") from conflict
    defer(session, "tell_of_new_way_in", account_id=account.id, face=face)
    return passkey


def begin_passkey_sign_in(
    session: Session, *, party: RelyingParty, practice_id: UUID, browser: bytes
) -> str:
    """Hand out a challenge to whoever asks; the device says who it is."""
    challenge = new_challenge(session, practice_id, ceremony="get", browser=browser)
    return webauthn.request_options(party, challenge=challenge)


def prove_passkey(
    session: Session,
    *,
    party: RelyingParty,
    practice_id: UUID,
    browser: bytes,
    credential: dict[str, Any],
    face: str = DESK,
) -> Account:
    """The account whose passkey of that face answered; SignInRefused for every other answer.

    An answer to no question of ours tried nobody and is not noted: strangers could fill the log.
    """
    try:
        challenge = spend_challenge(session, practice_id, "get", browser=browser)
    except CeremonyRefusedError as refusal:
        raise SignInRefused("passkey_refused") from refusal
    try:
        passkey = _find_passkey(session, party, practice_id, credential, face)
        proven = webauthn.verify_assertion(
            party,
            challenge=challenge,
            credential=credential,
            public_key=passkey.public_key,
            sign_count=passkey.sign_count,
        )
    except CeremonyRefusedError as refusal:
        note_refusal(session, attempt_id=None, reason="passkey_refused")
        raise SignInRefused("passkey_refused") from refusal
    account = session.get(Account, (practice_id, passkey.account_id))
    if account is None or account.closed_at is not None:
        note_refusal(session, attempt_id=None, reason="account_closed")
        raise SignInRefused("account_closed")
    passkey.sign_count = max(passkey.sign_count, proven.sign_count)
    passkey.backed_up = proven.backed_up
    passkey.last_used_at = clock.now()
    act(session, "passkey.used", target=passkey)
    if proven.cloned:
        act(session, "passkey.clone_suspected", target=passkey)
    return account


def list_passkeys(session: Session, account: Account, *, face: str = DESK) -> list[Passkey]:
    """The account's passkeys in use on a face, oldest first."""
    return list(
        session.scalars(
            select(Passkey)
            .where(
                Passkey.practice_id == account.practice_id,
                Passkey.account_id == account.id,
                Passkey.face == face,
                Passkey.ended_at.is_(None),
            )
            .order_by(Passkey.created_at)
        )
    )


def _find_passkey(
    session: Session,
    party: RelyingParty,
    practice_id: UUID,
    credential: dict[str, Any],
    face: str,
) -> Passkey:
    passkey = session.scalar(
        select(Passkey)
        .where(
            Passkey.practice_id == practice_id,
            Passkey.credential_id == webauthn.claimed_credential_id(credential),
            Passkey.rp_id == party.rp_id,
            Passkey.face == face,
            Passkey.ended_at.is_(None),
        )
        .with_for_update()
    )
    if passkey is None:
        raise CeremonyRefusedError("unknown credential")
    return passkey
