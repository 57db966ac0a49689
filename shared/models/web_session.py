"""A session: a browser that has proven who uses it, on one face."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow


class WebSession(PracticeRow, Base):
    """Exempt from the event log (its start and end are acts); the cookie is kept as a hash."""

    __tablename__ = "web_session"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name="fk_web_session_account",
        ),
        UniqueConstraint("token_hash", name="uq_web_session_token"),
        CheckConstraint("face in ('portal', 'admin')", name="face_known"),
        CheckConstraint(
            "factor in ('link', 'code', 'passkey', 'recovery_code', 'invitation')",
            name="factor_known",
        ),
        Index("ix_web_session_account", "practice_id", "account_id"),
    )

    face: Mapped[str]
    account_id: Mapped[UUID]
    # The patient the account acts for at present; None for staff.
    patient_id: Mapped[UUID | None]
    token_hash: Mapped[bytes]
    factor: Mapped[str]
    # "Chrome on Android": enough to recognise one's own device in a list.
    device: Mapped[str]
    created_at: Mapped[datetime] = mapped_column()
    last_seen_at: Mapped[datetime]
    # The last proof of identity: sensitive acts ask for a recent one.
    fresh_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
