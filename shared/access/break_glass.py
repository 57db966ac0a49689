"""Doors to emergency access: the viewer's own open grant, and what owners have to review."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.principal import OpenGlass, Principal, Role
from shared.events import look
from shared.models.account import Account
from shared.models.break_glass import BreakGlass


@dataclass(frozen=True, slots=True)
class Breaking:
    """One emergency access, who used it and who reviewed it (their names)."""

    row: BreakGlass
    by: str
    reviewer: str | None


def find_open_glass(
    session: Session, *, practice_id: UUID, account_id: UUID, at: datetime
) -> OpenGlass | None:
    """The grant an account works under at a moment. Nothing of the patient is read."""
    row = session.execute(
        select(BreakGlass.id, BreakGlass.patient_id, BreakGlass.reason, BreakGlass.expires_at)
        .where(
            BreakGlass.practice_id == practice_id,
            BreakGlass.account_id == account_id,
            BreakGlass.ended_at.is_(None),
            BreakGlass.expires_at > at,
        )
        .execution_options(door=True)
    ).one_or_none()
    return OpenGlass(*row) if row else None


def lock_unended_glass(session: Session, *, viewer: Principal) -> BreakGlass | None:
    """The viewer's own grant that nobody has ended, also one whose hour is over; locked."""
    return session.scalars(
        select(BreakGlass)
        .where(
            BreakGlass.practice_id == viewer.practice_id,
            BreakGlass.account_id == viewer.account_id,
            BreakGlass.ended_at.is_(None),
        )
        .with_for_update()
        .execution_options(door=True, populate_existing=True)
    ).one_or_none()


def access_breaking(
    session: Session, *, viewer: Principal, glass_id: UUID, lock: bool = False
) -> Breaking:
    """One emergency access, for an owner; locked for who reviews it. Raises NotFound."""
    wanted = _all(viewer).where(BreakGlass.id == glass_id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = _list(session, viewer, wanted)
    if not found:
        raise NotFound
    return found[0]


def list_breakings(session: Session, *, viewer: Principal, limit: int = 50) -> list[Breaking]:
    """Emergency accesses, those that wait for a review first, then the latest."""
    return _list(
        session,
        viewer,
        _all(viewer)
        .order_by(BreakGlass.reviewed_at.is_not(None), BreakGlass.opened_at.desc(), BreakGlass.id)
        .limit(limit),
    )


def _all(viewer: Principal) -> Select[BreakGlass]:
    return select(BreakGlass).where(BreakGlass.practice_id == viewer.practice_id)


def _list(session: Session, viewer: Principal, wanted: Select[BreakGlass]) -> list[Breaking]:
    if Role.OWNER not in viewer.roles:
        raise NotFound
    rows = session.scalars(wanted.execution_options(door=True)).all()
    for row in rows:
        look(session, "break_glass.viewed", target=row, patient_id=row.patient_id)
    people = {row.account_id for row in rows} | {row.reviewed_by for row in rows if row.reviewed_by}
    names = {
        account_id: name or ""
        for account_id, name in session.execute(
            select(Account.id, Account.name).where(
                Account.practice_id == viewer.practice_id, Account.id.in_(people)
            )
        )
    }
    return [
        Breaking(
            row,
            names.get(row.account_id, ""),
            names.get(row.reviewed_by) if row.reviewed_by else None,
        )
        for row in rows
    ]
