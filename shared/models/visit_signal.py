"""How a video visit went, as its pages noticed it: the quality screen counts these."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped

from shared.db import Base, PracticeRow

SIDES = ("patient", "practitioner")
KINDS = (
    "check_passed",
    "check_failed",
    "joined",
    "dropped",
    "reconnected",
    "first_picture",
    "converted",
)
BROWSERS = ("chrome", "edge", "firefox", "safari", "samsung", "other", "unknown")


class VisitSignal(PracticeRow, Base):
    """One thing that one side's page noticed. Codes and the browser's family, nothing finer."""

    __tablename__ = "visit_signal"
    __phi__ = True
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "visit_id"],
            ["visit.practice_id", "visit.id"],
            name="fk_visit_signal_visit",
        ),
        CheckConstraint(f"side in {SIDES}", name="side"),
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint(f"browser in {BROWSERS}", name="browser"),
        CheckConstraint("reason ~ '^[a-z0-9_]{0,40}$'", name="reason"),
        CheckConstraint("milliseconds between 0 and 86400000", name="milliseconds"),
        Index("ix_visit_signal_visit", "practice_id", "visit_id", "at"),
        Index("ix_visit_signal_at", "practice_id", "at"),
    )

    visit_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    side: Mapped[str]
    kind: Mapped[str]
    # Our own code for why, empty where there is nothing to say.
    reason: Mapped[str]
    browser: Mapped[str]
    # How long it took, as the page measured it.
    milliseconds: Mapped[int | None]
    at: Mapped[datetime]
