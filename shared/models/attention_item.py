"""Something a person at the practice has to look at, until somebody says what came of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped

from shared.db import Base, PracticeRow


class AttentionItem(PracticeRow, Base):
    """One open item per kind and subject; happening again counts, it does not pile up.

    kind: see shared.attention.kinds. code: why, in our own codes, never free text.
    """

    __tablename__ = "attention_item"
    # That somebody's mail came back, or their money did not: it says whose patient they are.
    __phi__ = True
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "patient_id"],
            ["patient.practice_id", "patient.id"],
            name="fk_attention_item_patient",
        ),
        CheckConstraint("times >= 1", name="times"),
        CheckConstraint("(resolved_at is null) = (outcome is null)", name="resolved"),
        Index(
            "uq_attention_item_open",
            "practice_id",
            "kind",
            "subject_type",
            "subject_id",
            unique=True,
            postgresql_where=text("resolved_at is null"),
        ),
    )

    kind: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    patient_id: Mapped[UUID | None]
    code: Mapped[str | None]
    # How often it has happened since the item was opened.
    times: Mapped[int]
    since: Mapped[datetime]
    last_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None]
    outcome: Mapped[str | None]
