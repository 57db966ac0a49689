"""What vendors told us: stored once, verified, applied later, kept when it could not be."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow
from shared.keyring import Encrypted


class Inbox(PracticeRow, Base):
    """One notification. Its body may name a person, so it is encrypted."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("practice_id", "source", "vendor_event_id", name="uq_inbox_event"),
        CheckConstraint(
            "source in ('stripe:practice', 'stripe:consulting', 'ses', 'whereby')",
            name="source_known",
        ),
        CheckConstraint(
            "status in ('received', 'applied', 'ignored', 'dead')", name="status_known"
        ),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        Index(
            "ix_inbox_waiting",
            "practice_id",
            "received_at",
            postgresql_where=text("status = 'received'"),
        ),
        Index(
            "ix_inbox_dead",
            "practice_id",
            "received_at",
            postgresql_where=text("status = 'dead'"),
        ),
    )

    source: Mapped[str]
    vendor_event_id: Mapped[str]
    kind: Mapped[str]
    body = Encrypted()
    body_ct: Mapped[bytes]
    status: Mapped[str]
    attempts: Mapped[int]
    # Why it was ignored, is still waiting, or is dead.
    last_error: Mapped[str | None]
    received_at: Mapped[datetime] = mapped_column()
    applied_at: Mapped[datetime | None]
    # When it was last handed back to be applied, and by which owner (nobody: by a job).
    retried_at: Mapped[datetime | None]
    retried_by: Mapped[UUID | None]
