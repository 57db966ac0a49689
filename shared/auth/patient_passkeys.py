"""A patient's passkeys: made after a mail, good for the portal only, removed at will.

A mailbox is always another way in, so the last one may go too. Runs as bedside_gate.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.access.accounts import access_own_account
from shared.access.errors import NotFound
from shared.access.principal import Principal
from shared.auth.asking import staff_roles
from shared.auth.ceremonies import (
    LONGEST_LABEL,
    PORTAL,
    begin_enrolment,
    enrol_passkey,
    list_passkeys,
)
from shared.auth.webauthn import RelyingParty
from shared.events import act
from shared.models.account import Account
from shared.models.passkey import Passkey

MOST = 10


class NotForStaff(Exception):
    """The sign-in also opens the desk: its passkeys are made there."""


class TooMany(Exception):
    """More passkeys than anybody has devices."""


def list_own_passkeys(session: Session, *, viewer: Principal) -> list[Passkey]:
    """The viewer's passkeys for the portal, oldest first."""
    return list_passkeys(session, access_own_account(session, viewer=viewer), face=PORTAL)


def begin_own_passkey(
    session: Session, *, party: RelyingParty, browser: bytes, viewer: Principal
) -> str:
    """Options for the browser's dialog. Raises NotForStaff, TooMany."""
    account = _account(session, viewer)
    if len(list_passkeys(session, account, face=PORTAL)) >= MOST:
        raise TooMany
    return begin_enrolment(
        session, party=party, account=account, browser=browser, face=PORTAL, shown_as=account.email
    )


def keep_own_passkey(
    session: Session,
    *,
    party: RelyingParty,
    browser: bytes,
    credential: dict[str, Any],
    label: str,
    viewer: Principal,
) -> Passkey:
    """Keep what the dialog made. Raises NotForStaff, SignInRefused."""
    return enrol_passkey(
        session,
        party=party,
        account=_account(session, viewer),
        browser=browser,
        credential=credential,
        label=label,
        face=PORTAL,
    )


def access_own_passkey(session: Session, *, viewer: Principal, passkey_id: UUID) -> Passkey:
    """One of the viewer's passkeys in use, locked. Raises NotFound."""
    passkey = session.scalar(
        select(Passkey)
        .where(
            Passkey.practice_id == viewer.practice_id,
            Passkey.account_id == viewer.account_id,
            Passkey.id == passkey_id,
            Passkey.face == PORTAL,
            Passkey.ended_at.is_(None),
        )
        .with_for_update()
    )
    if passkey is None:
        raise NotFound
    return passkey


def rename_own_passkey(
    session: Session, *, viewer: Principal, passkey_id: UUID, label: str
) -> None:
    """Give it another name. Raises NotFound."""
    passkey = access_own_passkey(session, viewer=viewer, passkey_id=passkey_id)
    passkey.label = label.strip()[:LONGEST_LABEL] or passkey.label
    act(session, "passkey.renamed", target=passkey)


def end_own_passkey(session: Session, *, viewer: Principal, passkey_id: UUID) -> None:
    """It opens nothing from now on. Raises NotFound."""
    passkey = access_own_passkey(session, viewer=viewer, passkey_id=passkey_id)
    passkey.ended_at = clock.now()
    act(session, "passkey.ended", target=passkey)


def _account(session: Session, viewer: Principal) -> Account:
    account = access_own_account(session, viewer=viewer)
    if staff_roles(session, account):
        raise NotForStaff
    return account
