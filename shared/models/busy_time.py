"""When a practitioner is taken, in any practice: ranges only, kept by a trigger on appointments."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class BusyTime(Base):
    """Read column by column: whose time it is (`appointment_id`) is readable by nobody."""

    __tablename__ = "busy_time"
    __table_args__ = (
        Index("ix_busy_time_practitioner", "practitioner_id", "starts_at", "ends_at"),
    )

    appointment_id: Mapped[UUID] = mapped_column(primary_key=True)
    practitioner_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    # A hold's end: past it the time is free, although nobody has swept it yet.
    until: Mapped[datetime | None]
