"""Accounts: found by address, made when an address is proven for the first time."""

import secrets
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shared import clock
from shared.auth.errors import AccountClosed
from shared.events import act
from shared.keyring import blind_index, normalise_email
from shared.models.account import Account

USER_HANDLE_BYTES = 32
# An address proven twice at once (by mail and by invitation, say) makes one account.
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('account ' || :who, 0))")


def find_account(session: Session, *, practice_id: UUID, email: str) -> Account | None:
    """The open account of an address."""
    return session.scalar(
        select(Account).where(
            Account.practice_id == practice_id,
            Account.email_bidx == blind_index(practice_id, "email", normalise_email(email)),
            Account.closed_at.is_(None),
        )
    )


def find_closed_account(session: Session, *, practice_id: UUID, email: str) -> Account | None:
    """The account of an address that the practice has closed."""
    return session.scalar(
        select(Account).where(
            Account.practice_id == practice_id,
            Account.email_bidx == blind_index(practice_id, "email", normalise_email(email)),
            Account.closed_at.is_not(None),
        )
    )


def create_account(
    session: Session, *, practice_id: UUID, email: str, name: str | None = None
) -> Account:
    """Make the account of an address that was just proven."""
    account = Account(
        practice_id=practice_id,
        email=email.strip(),
        email_bidx=blind_index(practice_id, "email", normalise_email(email)),
        name=name,
        user_handle=secrets.token_bytes(USER_HANDLE_BYTES),
        created_at=clock.now(),
        closed_at=None,
    )
    session.add(account)
    act(session, "account.created", target=account)
    return account


def find_or_create_account(
    session: Session, *, practice_id: UUID, email: str, name: str | None = None
) -> Account:
    """The account of a proven address; a known account keeps the name it has.

    Raises AccountClosed when the practice has closed it.
    """
    bidx = blind_index(practice_id, "email", normalise_email(email)) or b""
    session.execute(_ONE_AT_A_TIME, {"who": bidx.hex()})
    account = find_account(session, practice_id=practice_id, email=email)
    if account is None:
        if find_closed_account(session, practice_id=practice_id, email=email) is not None:
            raise AccountClosed("account_closed")
        return create_account(session, practice_id=practice_id, email=email, name=name)
    if name and not account.name:
        account.name = name
        act(session, "account.named", target=account)
    return account
