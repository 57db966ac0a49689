"""What must hold before the first patient: what was found, and what an owner signed for."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from shared.db import Base, PracticeRow


class ReadinessFinding(PracticeRow, Base):
    """How a line stood when the program last asked a vendor, the network or the catalogue."""

    __tablename__ = "readiness_finding"
    __table_args__ = (UniqueConstraint("practice_id", "line", name="uq_readiness_finding_line"),)

    line: Mapped[str]
    good: Mapped[bool]
    # What was found, of a short list; its words are the desk's.
    code: Mapped[str]
    # Dates and names of things for the sentence; never about a person.
    seen: Mapped[dict[str, Any]]
    checked_at: Mapped[datetime]


class ReadinessAnswer(PracticeRow, Base):
    """An owner's word for a line, with a day on which it is over.

    `confirmed`: what only people can know is done. `explained`: it is red, for a reason.
    """

    __tablename__ = "readiness_answer"
    __table_args__ = (
        CheckConstraint("kind in ('confirmed', 'explained')", name="kind"),
        CheckConstraint("length(reason) between 10 and 1000", name="reason"),
        CheckConstraint("expires_on > (signed_at at time zone 'UTC')::date", name="expires"),
        Index(
            "uq_readiness_answer_open",
            "practice_id",
            "line",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )

    line: Mapped[str]
    kind: Mapped[str]
    reason: Mapped[str]
    signed_by: Mapped[UUID]
    signed_at: Mapped[datetime]
    # The first day on which it counts no more.
    expires_on: Mapped[date]
    ended_at: Mapped[datetime | None]
