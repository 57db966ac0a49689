"""Doors to what needs attention: each viewer sees the kinds that are their business."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.patients import reads_everyone
from shared.access.principal import Principal, Role
from shared.events import look
from shared.models.attention_item import AttentionItem
from shared.models.patient import Patient


def access_item(
    session: Session,
    *,
    viewer: Principal,
    item_id: UUID,
    kinds: Collection[str],
    lock: bool = False,
) -> AttentionItem:
    """One item of the given kinds, open or ended. Raises NotFound."""
    wanted = select(AttentionItem).where(
        AttentionItem.practice_id == viewer.practice_id,
        AttentionItem.id == item_id,
        AttentionItem.kind.in_(kinds),
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    item = session.scalar(wanted.execution_options(door=True)) if _works_here(viewer) else None
    if item is None:
        raise NotFound
    return _noted(session, [item])[0]


def list_open_items(
    session: Session,
    *,
    viewer: Principal,
    kinds: Collection[str],
    patient_id: UUID | None = None,
    descending: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> list[AttentionItem]:
    """The open items of the given kinds, of one patient or all, longest waiting first."""
    if not _works_here(viewer):
        return []
    wanted = select(AttentionItem).where(
        AttentionItem.practice_id == viewer.practice_id,
        AttentionItem.kind.in_(kinds),
        AttentionItem.resolved_at.is_(None),
    )
    if patient_id is not None:
        wanted = wanted.where(AttentionItem.patient_id == patient_id)
    since = AttentionItem.since.desc() if descending else AttentionItem.since.asc()
    wanted = wanted.order_by(since, AttentionItem.id).limit(limit).offset(offset)
    return _noted(session, session.scalars(wanted.execution_options(door=True)))


def count_open_items(session: Session, *, viewer: Principal, kinds: Collection[str]) -> int:
    """How many items of the given kinds wait."""
    if not _works_here(viewer):
        return 0
    return (
        session.scalar(
            select(func.count())
            .select_from(AttentionItem)
            .where(
                AttentionItem.practice_id == viewer.practice_id,
                AttentionItem.kind.in_(kinds),
                AttentionItem.resolved_at.is_(None),
            )
            .execution_options(door=True)
        )
        or 0
    )


def list_ended_items(
    session: Session,
    *,
    viewer: Principal,
    kinds: Collection[str],
    descending: bool = True,
    limit: int = 20,
    offset: int = 0,
) -> list[AttentionItem]:
    """The items that ended, the last one first."""
    if not _works_here(viewer):
        return []
    ended = AttentionItem.resolved_at
    wanted = (
        select(AttentionItem)
        .where(
            AttentionItem.practice_id == viewer.practice_id,
            AttentionItem.kind.in_(kinds),
            ended.is_not(None),
        )
        .order_by(ended.desc() if descending else ended.asc(), AttentionItem.id)
        .limit(limit)
        .offset(offset)
    )
    return _noted(session, session.scalars(wanted.execution_options(door=True)))


def list_dealt_with(
    session: Session,
    *,
    viewer: Principal,
    kind: str,
    subject_ids: Collection[UUID],
    since: datetime,
) -> set[UUID]:
    """Of some subjects those whose item is open, ended since then, or needed nothing.

    For the jobs that raise items, so no look.
    """
    if viewer.acting_as is not Role.JOB or not subject_ids:
        return set()
    wanted = select(AttentionItem.subject_id).where(
        AttentionItem.practice_id == viewer.practice_id,
        AttentionItem.kind == kind,
        AttentionItem.subject_id.in_(subject_ids),
        AttentionItem.resolved_at.is_(None)
        | (AttentionItem.resolved_at > since)
        | (AttentionItem.outcome == "not_needed"),
    )
    return set(session.scalars(wanted.execution_options(door=True)))


def name_patients(
    session: Session,
    *,
    viewer: Principal,
    patient_ids: Collection[UUID],
    action: str = "patient.viewed",
) -> dict[UUID, str]:
    """The names behind some items, each look noted; nobody's for a viewer who reads no records.

    `action` says how they were looked at: on a screen, or taken out in a file.
    """
    if not patient_ids or not reads_everyone(viewer):
        return {}
    rows = session.execute(
        select(Patient.id, Patient.given_name, Patient.family_name)
        .where(Patient.practice_id == viewer.practice_id, Patient.id.in_(patient_ids))
        .execution_options(door=True)
    ).all()
    for row in rows:
        look(session, action, target=("patient", row.id), patient_id=row.id)
    return {row.id: f"{row.given_name} {row.family_name}".strip() for row in rows}


def _works_here(viewer: Principal) -> bool:
    return viewer.is_staff or viewer.acting_as is Role.JOB


def _noted(session: Session, items: Iterable[AttentionItem]) -> list[AttentionItem]:
    """The items, and a look at each that says something about a patient."""
    found = list(items)
    for item in found:
        if item.patient_id is not None:
            what = item.kind.replace("_", " ")
            look(session, "attention.viewed", target=item, patient_id=item.patient_id, what=what)
    return found
