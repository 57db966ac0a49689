"""Roles in a practice: given by an owner to somebody else, ended at once."""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shared import clock
from shared.access.errors import NotFound
from shared.access.principal import STAFF_ROLES, Principal, Role
from shared.auth.ending_invitations import end_open_invitations
from shared.auth.errors import GrantRefused
from shared.auth.sessions import end_sessions_of
from shared.events import act
from shared.models.account import Account
from shared.models.role_grant import RoleGrant

# Two presses, or two owners, at once: the second finds what the first has given.
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('roles ' || :who, 0))")


def check_role(role: str) -> Role:
    """The role of that name, if staff may hold it; raises GrantRefused."""
    if role not in {known.value for known in STAFF_ROLES}:
        raise GrantRefused("unknown_role")
    return Role(role)


def grant_role(session: Session, *, account: Account, role: str, by: Principal) -> RoleGrant:
    """Give a role to somebody else; giving what is held changes nothing.

    Raises GrantRefused for an unknown role and for one's own account.
    """
    check_role(role)
    if account.id == by.account_id:
        raise GrantRefused("oneself")
    return add_grant(session, account=account, role=role, granted_by=by.account_id)


def add_grant(
    session: Session, *, account: Account, role: str, granted_by: UUID | None
) -> RoleGrant:
    """Write a grant down unless it is held; `granted_by` is None for the operator."""
    session.execute(_ONE_AT_A_TIME, {"who": str(account.id)})
    held = session.scalar(
        select(RoleGrant).where(
            RoleGrant.practice_id == account.practice_id,
            RoleGrant.account_id == account.id,
            RoleGrant.role == role,
            RoleGrant.ended_at.is_(None),
        )
    )
    if held is not None:
        return held
    grant = RoleGrant(
        practice_id=account.practice_id,
        account_id=account.id,
        role=role,
        granted_by=granted_by,
        granted_at=clock.now(),
        ended_by=None,
        ended_at=None,
    )
    session.add(grant)
    act(session, "role.granted", target=grant, role=role)
    return grant


def end_role(session: Session, *, grant_id: UUID, by: Principal) -> RoleGrant:
    """End a grant, effective with the person's next click. Needs the gate's role.

    With the last role the sessions at the desk and what invitations are open end too, so that a
    role given back opens only to a new sign-in. Raises NotFound for a grant of another practice,
    GrantRefused for one's own grants, for one that is over, and for the last owner.
    """
    owners_and_grant = session.scalars(
        select(RoleGrant)
        .where(RoleGrant.practice_id == by.practice_id, RoleGrant.ended_at.is_(None))
        # Two owners ending each other at the same moment must not leave the practice without one.
        .order_by(RoleGrant.id)
        .with_for_update()
    ).all()
    grant = next((row for row in owners_and_grant if row.id == grant_id), None)
    if grant is None:
        if session.get(RoleGrant, (by.practice_id, grant_id)) is None:
            raise NotFound
        raise GrantRefused("ended")
    owners = [row for row in owners_and_grant if row.role == Role.OWNER]
    if grant.role == Role.OWNER and len(owners) == 1:
        raise GrantRefused("last_owner")
    if grant.account_id == by.account_id:
        raise GrantRefused("oneself")
    grant.ended_by = by.account_id
    grant.ended_at = clock.now()
    act(session, "role.ended", target=grant, role=grant.role)
    if not any(row.account_id == grant.account_id and row is not grant for row in owners_and_grant):
        end_sessions_of(
            session,
            practice_id=by.practice_id,
            account_id=grant.account_id,
            reason="no_role",
            face="admin",
        )
        end_open_invitations(session, session.get_one(Account, (by.practice_id, grant.account_id)))
    return grant
