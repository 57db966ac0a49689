"""Doors to changes of settings that wait, or did: owners and the job that puts them into force."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.principal import Principal, Role
from shared.models.pending_change import PendingChange


def access_change(
    session: Session, *, viewer: Principal, change_id: UUID, lock: bool = False
) -> PendingChange:
    """One change, waiting or over. Raises NotFound."""
    wanted = select(PendingChange).where(
        PendingChange.practice_id == viewer.practice_id, PendingChange.id == change_id
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(wanted) if _may_look(viewer) else None
    if row is None:
        raise NotFound
    return row


def find_open_change(session: Session, *, viewer: Principal, kind: str) -> PendingChange | None:
    """The change of a kind that waits, if one does. Owners and jobs only."""
    if not _may_look(viewer):
        return None
    return session.scalar(
        select(PendingChange).where(
            PendingChange.practice_id == viewer.practice_id,
            PendingChange.kind == kind,
            PendingChange.applied_at.is_(None),
            PendingChange.withdrawn_at.is_(None),
        )
    )


def list_changes(
    session: Session, *, viewer: Principal, kind: str, limit: int = 20
) -> list[PendingChange]:
    """What was proposed, newest first. Owners only."""
    if not _may_look(viewer):
        raise NotFound
    return list(
        session.scalars(
            select(PendingChange)
            .where(PendingChange.practice_id == viewer.practice_id, PendingChange.kind == kind)
            .order_by(PendingChange.proposed_at.desc(), PendingChange.id.desc())
            .limit(limit)
        )
    )


def list_due_changes(session: Session, *, viewer: Principal, at: datetime) -> list[PendingChange]:
    """The changes whose day has come, locked. For the job."""
    if viewer.acting_as is not Role.JOB:
        return []
    return list(
        session.scalars(
            select(PendingChange)
            .where(
                PendingChange.practice_id == viewer.practice_id,
                PendingChange.effective_at <= at,
                PendingChange.applied_at.is_(None),
                PendingChange.withdrawn_at.is_(None),
            )
            .order_by(PendingChange.proposed_at)
            .with_for_update()
        )
    )


def _may_look(viewer: Principal) -> bool:
    return viewer.acting_as is Role.JOB or Role.OWNER in viewer.roles
