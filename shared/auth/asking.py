"""Who is asking: from a cookie to a principal, read anew on every request."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.access.principal import Principal, Role
from shared.auth.sessions import find_session
from shared.models.account import Account
from shared.models.patient_access import PatientAccess
from shared.models.role_grant import RoleGrant
from shared.models.web_session import WebSession

OWN_RECORD = ("self", "family")


def find_principal(
    session: Session,
    *,
    practice_id: UUID,
    face: str,
    token: str | None,
    now: datetime,
    visitor: bytes | None = None,
) -> Principal | None:
    """Who the cookie stands for at this moment; None when for nobody.

    Roles and access are read here, on every request: what was taken away a second ago is gone.
    """
    row = find_session(session, practice_id=practice_id, face=face, token=token, now=now)
    if row is None:
        return None
    account = session.get(Account, (practice_id, row.account_id))
    if account is None or account.closed_at is not None:
        return None
    roles = staff_roles(session, account) if face == "admin" else _patient_roles(session, row)
    if not roles:
        return None
    return Principal(
        practice_id=practice_id,
        roles=roles,
        account_id=account.id,
        patient_id=row.patient_id if face == "portal" else None,
        session_id=row.id,
        visitor=visitor,
        name=account.name or "",
    )


def staff_roles(session: Session, account: Account) -> frozenset[Role]:
    """The roles an account holds at this moment."""
    held = session.scalars(
        select(RoleGrant.role).where(
            RoleGrant.practice_id == account.practice_id,
            RoleGrant.account_id == account.id,
            RoleGrant.ended_at.is_(None),
        )
    )
    return frozenset(Role(role) for role in held)


def _patient_roles(session: Session, row: WebSession) -> frozenset[Role]:
    relationship = session.scalar(
        select(PatientAccess.relationship).where(
            PatientAccess.practice_id == row.practice_id,
            PatientAccess.account_id == row.account_id,
            PatientAccess.patient_id == row.patient_id,
            PatientAccess.ended_at.is_(None),
        )
    )
    if relationship is None:
        return frozenset()
    return frozenset({Role.PATIENT if relationship in OWN_RECORD else Role.PROXY})
