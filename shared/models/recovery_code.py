"""A recovery code: one of ten on paper, for when no passkey is at hand."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow


class RecoveryCode(PracticeRow, Base):
    """Kept as a hash; used once, or replaced together with its sheet."""

    __tablename__ = "recovery_code"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name="fk_recovery_code_account",
        ),
        UniqueConstraint("practice_id", "account_id", "code_hash", name="uq_recovery_code_hash"),
    )

    account_id: Mapped[UUID]
    code_hash: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
