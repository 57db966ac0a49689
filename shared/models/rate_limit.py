"""A counter of one kind of knock, from one source, within one window of time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class RateLimit(Base):
    """Exempt from the event log; rows past their window are swept by a job."""

    __tablename__ = "rate_limit"

    practice_id: Mapped[UUID] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    bucket: Mapped[str] = mapped_column(primary_key=True)
    # A blind index of an address or a network, never the thing itself.
    key: Mapped[bytes] = mapped_column(primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    hits: Mapped[int]
