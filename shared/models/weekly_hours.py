"""When a practitioner sees patients in an ordinary week, in wall time of their role's zone."""

from datetime import date, time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow


class WeeklyHours(PracticeRow, Base):
    """One stretch of one weekday (Monday is 0). `closes` at 00:00 is the end of the day."""

    __tablename__ = "weekly_hours"
    __table_args__ = (
        CheckConstraint("weekday between 0 and 6", name="weekday"),
        CheckConstraint("closes > opens or closes = time '00:00'", name="order"),
        Index("ix_weekly_hours_practitioner", "practice_id", "practitioner_id"),
    )

    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"))
    weekday: Mapped[int] = mapped_column(SmallInteger)
    opens: Mapped[time]
    closes: Mapped[time]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
