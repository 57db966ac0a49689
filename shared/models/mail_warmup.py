"""A new sender's first weeks: since when it may send a little more each day."""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from shared.db import Base, PracticeRow


class MailWarmup(PracticeRow, Base):
    """The plan's caps follow from the day (see shared.messaging.warmup)."""

    __tablename__ = "mail_warmup"
    __table_args__ = (
        Index(
            "uq_mail_warmup_open",
            "practice_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )

    # The first day, on the practice's own calendar.
    started_on: Mapped[date]
    ended_at: Mapped[datetime | None]
