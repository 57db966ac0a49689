"""Closing a sign-in: sessions, passkeys, codes, roles and invitations end together.

Whoever was signed in is nobody at their next click. The account stays as a row, because the log
and the records speak of it; the same address opens nothing until somebody lets it in again.
"""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared import clock
from shared.access.errors import NotFound
from shared.access.principal import Principal, Role
from shared.auth.asking import staff_roles
from shared.auth.ending_invitations import end_open_invitations
from shared.auth.errors import GrantRefused
from shared.auth.recovery_codes import end_recovery_codes
from shared.auth.sessions import end_sessions_of
from shared.events import act
from shared.models.account import Account
from shared.models.passkey import Passkey
from shared.models.patient_access import PatientAccess
from shared.models.role_grant import RoleGrant
from shared.models.sign_in_attempt import SignInAttempt


def access_staff_account(session: Session, *, by: Principal, account_id: UUID) -> Account:
    """An open account that holds a role, locked, for an owner who wants to close it.

    Raises NotFound, also for accounts of patients, which have no role.
    """
    account = session.scalar(
        select(Account)
        .join(
            RoleGrant,
            (RoleGrant.practice_id == Account.practice_id) & (RoleGrant.account_id == Account.id),
        )
        .where(
            Account.practice_id == by.practice_id,
            Account.id == account_id,
            Account.closed_at.is_(None),
            RoleGrant.ended_at.is_(None),
        )
        .limit(1)
        .with_for_update(of=Account)
    )
    if account is None:
        raise NotFound
    return account


def list_patient_accounts(session: Session, *, by: Principal, patient_id: UUID) -> list[Account]:
    """The sign-ins that open a patient's record, also closed ones, oldest first."""
    return list(
        session.scalars(
            select(Account)
            .join(
                PatientAccess,
                (PatientAccess.practice_id == Account.practice_id)
                & (PatientAccess.account_id == Account.id),
            )
            .where(
                Account.practice_id == by.practice_id,
                PatientAccess.patient_id == patient_id,
                PatientAccess.ended_at.is_(None),
            )
            .order_by(Account.created_at, Account.id)
        )
    )


def close_account(session: Session, account: Account, *, by: Principal) -> None:
    """Close a sign-in for good. Needs the gate's role.

    Raises GrantRefused for one's own account and for the last owner's.
    """
    if account.id == by.account_id:
        raise GrantRefused("oneself")
    at = clock.now()
    _end_roles(session, account, by)
    for passkey in session.scalars(
        select(Passkey).where(
            Passkey.practice_id == account.practice_id,
            Passkey.account_id == account.id,
            Passkey.ended_at.is_(None),
        )
    ):
        passkey.ended_at = at
        act(session, "passkey.ended", target=passkey)
    end_recovery_codes(session, account)
    _spend_attempts(session, account)
    end_open_invitations(session, account)
    account.closed_at = at
    act(session, "account.closed", target=account)
    end_sessions_of(
        session, practice_id=account.practice_id, account_id=account.id, reason="account_closed"
    )


def close_patient_account(session: Session, account: Account, *, by: Principal) -> None:
    """Close a patient's sign-in for the desk. What is closed already stays so.

    Raises GrantRefused for the sign-in of somebody who works here: that is for an owner to close.
    """
    if staff_roles(session, account):
        raise GrantRefused("staff")
    if account.closed_at is None:
        close_account(session, account, by=by)


def reopen_account(session: Session, account: Account) -> None:
    """Let a closed sign-in in again: with no role, no passkey and no code of the old ones."""
    if account.closed_at is None:
        return
    account.closed_at = None
    act(session, "account.reopened", target=account)


def _end_roles(session: Session, account: Account, by: Principal) -> None:
    held = session.scalars(
        select(RoleGrant)
        .where(RoleGrant.practice_id == account.practice_id, RoleGrant.ended_at.is_(None))
        # Two owners closing each other at the same moment must not leave the practice without one.
        .order_by(RoleGrant.id)
        .with_for_update()
    ).all()
    owners = {grant.account_id for grant in held if grant.role == Role.OWNER}
    if owners == {account.id}:
        raise GrantRefused("last_owner")
    for grant in held:
        if grant.account_id == account.id:
            grant.ended_by = by.account_id
            grant.ended_at = clock.now()
            act(session, "role.ended", target=grant, role=grant.role)


def _spend_attempts(session: Session, account: Account) -> None:
    """Links and codes that are on their way by mail are worth nothing any more."""
    session.execute(
        update(SignInAttempt)
        .where(
            SignInAttempt.practice_id == account.practice_id,
            SignInAttempt.email_bidx == account.email_bidx,
            SignInAttempt.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
