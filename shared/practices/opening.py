"""Opening a practice: from then on people book by themselves. Nothing closes it again."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.events import act
from shared.models.practice import Practice


def is_open(session: Session, *, practice_id: UUID) -> bool:
    """True once the first-patient gate was passed (ADR 22)."""
    opened = session.scalar(select(Practice.opened_at).where(Practice.id == practice_id))
    return opened is not None


def open_practice(session: Session, *, practice_id: UUID, green: int, signed: int) -> Practice:
    """Open it, with how the list stood. One that is open stays as it is."""
    row = session.scalars(
        select(Practice).where(Practice.id == practice_id).with_for_update()
    ).one()
    if row.opened_at is None:
        row.opened_at = clock.now()
        act(session, "practice.opened", target=row, green=green, signed=signed)
    return row
