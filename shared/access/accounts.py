"""Doors to accounts and staff: an owner sees who can sign in to the practice, and as what."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.principal import Principal, Role
from shared.events import look
from shared.models.account import Account
from shared.models.role_grant import RoleGrant


@dataclass(frozen=True, slots=True)
class StaffMember:
    """An account with the roles it holds now."""

    account: Account
    grants: tuple[RoleGrant, ...]


def access_account(session: Session, *, viewer: Principal, account_id: UUID) -> Account:
    """One account: one's own, or any for an owner. Raises NotFound."""
    if account_id != viewer.account_id and Role.OWNER not in viewer.roles:
        raise NotFound
    account = session.scalar(
        select(Account).where(
            Account.practice_id == viewer.practice_id,
            Account.id == account_id,
            Account.closed_at.is_(None),
        )
    )
    if account is None:
        raise NotFound
    if account_id != viewer.account_id:
        look(session, "account.viewed", target=account)
    return account


def access_own_account(session: Session, *, viewer: Principal) -> Account:
    """The viewer's own account. Raises NotFound for somebody who has none."""
    if viewer.account_id is None:
        raise NotFound
    return access_account(session, viewer=viewer, account_id=viewer.account_id)


def list_staff(session: Session, *, viewer: Principal) -> list[StaffMember]:
    """Everybody who holds a role in the viewer's practice, by name. Owners only."""
    if Role.OWNER not in viewer.roles:
        raise NotFound
    rows = session.execute(
        select(Account, RoleGrant)
        .join(
            RoleGrant,
            (RoleGrant.practice_id == Account.practice_id) & (RoleGrant.account_id == Account.id),
        )
        .where(Account.practice_id == viewer.practice_id, RoleGrant.ended_at.is_(None))
        .order_by(Account.name, Account.id, RoleGrant.role)
    ).all()
    grants: dict[UUID, list[RoleGrant]] = {}
    accounts: dict[UUID, Account] = {}
    for account, grant in rows:
        accounts[account.id] = account
        grants.setdefault(account.id, []).append(grant)
    return [StaffMember(accounts[key], tuple(held)) for key, held in grants.items()]
