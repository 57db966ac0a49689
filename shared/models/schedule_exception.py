"""A day that differs from the ordinary week: closed, closed for some hours, or open for more."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow


class ScheduleException(PracticeRow, Base):
    """`kind` closed without hours is the whole day. It ends (`ended_at`), it is never deleted."""

    __tablename__ = "schedule_exception"
    __table_args__ = (
        CheckConstraint("kind in ('closed', 'open')", name="kind"),
        CheckConstraint(
            "(opens is null) = (closes is null) and (opens is not null or kind = 'closed')"
            " and (opens is null or closes > opens or closes = time '00:00')",
            name="order",
        ),
        Index("ix_schedule_exception_day", "practice_id", "practitioner_id", "on_date"),
    )

    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"))
    on_date: Mapped[date]
    kind: Mapped[str]
    opens: Mapped[time | None]
    closes: Mapped[time | None]
    # For the practice's own eyes ("conference"); never shown to patients.
    reason: Mapped[str]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
