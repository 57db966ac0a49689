"""A passkey: a WebAuthn credential of one account under one relying party id."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow


class Passkey(PracticeRow, Base):
    """Public material only; what it signs with never leaves the person's device."""

    __tablename__ = "passkey"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name="fk_passkey_account",
        ),
        UniqueConstraint("practice_id", "credential_id", name="uq_passkey_credential"),
        CheckConstraint("face in ('portal', 'admin')", name="face_known"),
        Index("ix_passkey_account", "practice_id", "account_id"),
    )

    account_id: Mapped[UUID]
    # Where it opens the door. One made in the portal, with a mailbox alone, never opens the desk.
    face: Mapped[str] = mapped_column(server_default="admin")
    label: Mapped[str]
    rp_id: Mapped[str]
    credential_id: Mapped[bytes]
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str]] = mapped_column(ARRAY(Text))
    aaguid: Mapped[str]
    backed_up: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column()
    last_used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
