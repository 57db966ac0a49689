"""Doors to what needs attention: each viewer sees the kinds that are their business."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.patients import reads_everyone
from shared.access.principal import Principal
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
    item = session.scalar(wanted)
    if item is None:
        raise NotFound
    return item


def list_open_items(
    session: Session, *, viewer: Principal, kinds: Collection[str], limit: int = 50
) -> list[AttentionItem]:
    """The open items of the given kinds, longest waiting first."""
    return list(
        session.scalars(
            select(AttentionItem)
            .where(
                AttentionItem.practice_id == viewer.practice_id,
                AttentionItem.kind.in_(kinds),
                AttentionItem.resolved_at.is_(None),
            )
            .order_by(AttentionItem.since, AttentionItem.id)
            .limit(limit)
        )
    )


def list_ended_items(
    session: Session, *, viewer: Principal, kinds: Collection[str], limit: int = 20
) -> list[AttentionItem]:
    """The items that ended last."""
    return list(
        session.scalars(
            select(AttentionItem)
            .where(
                AttentionItem.practice_id == viewer.practice_id,
                AttentionItem.kind.in_(kinds),
                AttentionItem.resolved_at.is_not(None),
            )
            .order_by(AttentionItem.resolved_at.desc(), AttentionItem.id)
            .limit(limit)
        )
    )


def name_patients(
    session: Session, *, viewer: Principal, patient_ids: Collection[UUID]
) -> dict[UUID, str]:
    """The names behind some items, each look noted; nobody's for a viewer who reads no records."""
    if not patient_ids or not reads_everyone(viewer):
        return {}
    rows = session.execute(
        select(Patient.id, Patient.given_name, Patient.family_name)
        .where(Patient.practice_id == viewer.practice_id, Patient.id.in_(patient_ids))
        .execution_options(door=True)
    ).all()
    for row in rows:
        look(session, "patient.viewed", target=("patient", row.id), patient_id=row.id)
    return {row.id: f"{row.given_name} {row.family_name}" for row in rows}
