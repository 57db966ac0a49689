"""Who is asking: from a cookie to a principal, read anew on every request."""

from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, and_, bindparam, func, null, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.access.principal import Principal, Role
from shared.auth.sessions import is_alive
from shared.auth.tokens import hash_token, looks_like_token
from shared.models.account import Account
from shared.models.patient_access import PatientAccess
from shared.models.role_grant import RoleGrant
from shared.models.web_session import WebSession

OWN_RECORD = ("self", "family")
# Who stands in for the patient altogether; anybody else may what was named.
PERSONAL_REPRESENTATIVES = ("parent", "guardian")


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
    if not token or not looks_like_token(token):
        return None
    values = {"practice": practice_id, "token_hash": hash_token(token)}
    found = session.execute(_asked(face), values).one_or_none()
    if found is None:
        return None
    row, account, held, given = found
    session.info["asked"] = row  # for `touch`: the session itself holds rows only weakly
    if not is_alive(row, now) or account.closed_at is not None:
        return None
    roles = frozenset(map(Role, held or ())) if face == "admin" else _patient_roles(held)
    scopes = _scopes(held, given) if face == "portal" else None
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
        scopes=scopes,
        single_keys=account.single_keys_off_at is None,
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


@lru_cache(maxsize=4)
def _asked(face: str) -> Select[WebSession, Account, Any, Any]:
    """Session, account and what the account may be here, in one statement: every page asks it."""
    return (
        select(WebSession, Account, *((_held(), null()) if face == "admin" else _acts_for()))
        .join(
            Account,
            and_(
                Account.practice_id == WebSession.practice_id, Account.id == WebSession.account_id
            ),
        )
        .where(
            WebSession.practice_id == bindparam("practice"),
            # A column in SQL, whose index has no use for constant time; the token is random.
            WebSession.token_hash
            == bindparam("token_hash"),  # nosemgrep: tools.semgrep.secret-compared-plainly
            WebSession.face == face,
        )
    )


def _held() -> ScalarSelect[Any]:
    return (
        select(func.array_agg(RoleGrant.role))
        .where(
            RoleGrant.practice_id == WebSession.practice_id,
            RoleGrant.account_id == WebSession.account_id,
            RoleGrant.ended_at.is_(None),
        )
        .scalar_subquery()
    )


def _acts_for() -> tuple[ScalarSelect[Any], ScalarSelect[Any]]:
    """As what the account acts for the session's patient, and what it was given."""
    return _of_access(PatientAccess.relationship), _of_access(PatientAccess.scopes)


def _of_access(column: InstrumentedAttribute[Any]) -> ScalarSelect[Any]:
    return (
        select(column)
        .where(
            PatientAccess.practice_id == WebSession.practice_id,
            PatientAccess.account_id == WebSession.account_id,
            PatientAccess.patient_id == WebSession.patient_id,
            PatientAccess.ended_at.is_(None),
        )
        .scalar_subquery()
    )


def _patient_roles(relationship: str | None) -> frozenset[Role]:
    if relationship is None:
        return frozenset()
    return frozenset({Role.PATIENT if relationship in OWN_RECORD else Role.PROXY})


def _scopes(relationship: str | None, given: list[str] | None) -> frozenset[str] | None:
    """None: everything. An unknown relationship is held to what it was given, like a proxy."""
    if relationship in (*OWN_RECORD, *PERSONAL_REPRESENTATIVES):
        return None
    return frozenset(given or ())
