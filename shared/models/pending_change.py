"""A change of senders, payments or main address that waits for a second owner, or for a day."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped

from shared.db import Base, PracticeRow


class PendingChange(PracticeRow, Base):
    """The database refuses a change that its own proposer confirmed, or that comes too early."""

    __tablename__ = "pending_change"
    __table_args__ = (
        CheckConstraint(
            "kind in ('message_sender', 'payment_setting', 'practice_host')", name="kind"
        ),
        CheckConstraint("effective_at >= proposed_at + interval '24 hours'", name="delay"),
        CheckConstraint("confirmed_by is distinct from proposed_by", name="second_person"),
        CheckConstraint("(confirmed_by is null) = (confirmed_at is null)", name="confirmed"),
        CheckConstraint(
            "applied_at is null or confirmed_at is not null or applied_at >= effective_at",
            name="applied",
        ),
        CheckConstraint("applied_at is null or withdrawn_at is null", name="one_end"),
        CheckConstraint("used_for is null or applied_at is not null", name="used"),
        Index(
            "uq_pending_change_open",
            "practice_id",
            "kind",
            unique=True,
            postgresql_where=text("applied_at is null and withdrawn_at is null"),
        ),
    )

    kind: Mapped[str]
    # The wished-for values, as they were validated.
    proposal: Mapped[dict[str, Any]]
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime]
    # When it comes into force by itself; nothing when a second owner has to confirm.
    effective_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]
    applied_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None]
    # The row that it made; a change makes one. Written by the database.
    used_for: Mapped[UUID | None]
