"""The door to where practitioners may practise: entered by an owner, shown to the practice."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.principal import Principal
from shared.models.licence import Licence


def list_licences(session: Session, *, viewer: Principal) -> Sequence[Licence]:
    """Every licence of the practice's practitioners, the ended ones too, by state and day."""
    return session.scalars(
        select(Licence)
        .where(Licence.practice_id == viewer.practice_id)
        .order_by(Licence.practitioner_id, Licence.state, Licence.ends_on.desc(), Licence.id)
    ).all()


def get_licence(session: Session, *, viewer: Principal, licence_id: UUID) -> Licence:
    """One of them, locked. Raises NotFound."""
    row = session.scalars(
        select(Licence)
        .where(Licence.practice_id == viewer.practice_id, Licence.id == licence_id)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound
    return row
