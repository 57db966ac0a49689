"""A patient's way from one e-mail address to another: asked for, proven, perhaps taken back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from shared.db import Base, PracticeRow
from shared.keyring import Encrypted


class EmailChange(PracticeRow, Base):
    """The old and the new address, and hashes of what proves and of what takes back."""

    __tablename__ = "email_change"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name="fk_email_change_account",
        ),
        ForeignKeyConstraint(
            ["practice_id", "patient_id"],
            ["patient.practice_id", "patient.id"],
            name="fk_email_change_patient",
        ),
        UniqueConstraint("undo_hash", name="uq_email_change_undo"),
        CheckConstraint("code_tries between 0 and 5", name="code_tries_bounded"),
        CheckConstraint(
            "(undo_hash is null) = (undo_until is null)"
            " and (undo_hash is null or confirmed_at is not null)",
            name="undo",
        ),
        Index(
            "uq_email_change_open",
            "practice_id",
            "account_id",
            unique=True,
            postgresql_where=text("confirmed_at is null and ended_at is null"),
        ),
    )

    account_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    old_email = Encrypted()
    old_email_ct: Mapped[bytes]
    old_email_bidx: Mapped[bytes]
    new_email = Encrypted()
    new_email_ct: Mapped[bytes]
    new_email_bidx: Mapped[bytes]
    code_hash: Mapped[bytes]
    code_tries: Mapped[int]
    undo_hash: Mapped[bytes | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    undo_until: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    # Given up, or replaced by a later one.
    ended_at: Mapped[datetime | None]
