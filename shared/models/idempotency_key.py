"""A form that was sent and succeeded: sent again, it gets the same answer, not a second act."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class IdempotencyKey(Base):
    """Bound to session, route and body; exempt from the event log."""

    __tablename__ = "idempotency_key"

    practice_id: Mapped[UUID] = mapped_column(primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(primary_key=True)
    body_hash: Mapped[bytes] = mapped_column(primary_key=True)
    location: Mapped[str]
    created_at: Mapped[datetime]
