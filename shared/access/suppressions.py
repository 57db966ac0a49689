"""Doors to addresses that get no mail."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.principal import Principal, Role
from shared.events import look
from shared.models.suppression import Suppression

READERS = frozenset({Role.PHYSICIAN, Role.NURSE, Role.RECEPTIONIST, Role.OWNER})


def access_suppression(
    session: Session, *, viewer: Principal, suppression_id: UUID, lock: bool = False
) -> Suppression:
    """One suppression, in force or lifted. Raises NotFound."""
    wanted = select(Suppression).where(Suppression.id == suppression_id)
    if lock:
        wanted = wanted.with_for_update()
    row = _one(session, viewer, wanted)
    if row is None:
        raise NotFound
    return row


def find_suppression(
    session: Session, *, viewer: Principal, channel: str, to_bidx: bytes
) -> Suppression | None:
    """What keeps an address from getting mail now, if anything does."""
    wanted = select(Suppression).where(
        Suppression.channel == channel,
        Suppression.to_bidx == to_bidx,
        Suppression.lifted_at.is_(None),
    )
    return _one(session, viewer, wanted)


def _one(session: Session, viewer: Principal, wanted: Select[Suppression]) -> Suppression | None:
    if viewer.acting_as is not Role.JOB and not viewer.roles & READERS:
        return None
    wanted = wanted.where(Suppression.practice_id == viewer.practice_id)
    row = session.scalars(wanted.execution_options(door=True)).one_or_none()
    if row is not None:
        look(session, "suppression.viewed", target=row, patient_id=row.patient_id)
    return row
