"""An attempt to sign in by mail: what was asked, in which browser, and whether it was used."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow
from shared.keyring import Encrypted


class SignInAttempt(PracticeRow, Base):
    """Exempt from the event log: what it leads to is logged, the secrets' hashes need not be."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        UniqueConstraint("token_hash", name="uq_sign_in_attempt_token"),
        CheckConstraint("code_tries between 0 and 5", name="code_tries_bounded"),
        Index("ix_sign_in_attempt_expires_at", "practice_id", "expires_at"),
    )

    email = Encrypted()
    email_ct: Mapped[bytes]
    email_bidx: Mapped[bytes]
    token_hash: Mapped[bytes]
    code_hash: Mapped[bytes]
    code_tries: Mapped[int]
    # Hash of the asking browser's cookie: there one press is enough.
    browser_hash: Mapped[bytes]
    # The appointment held while the person signs in.
    hold_id: Mapped[UUID | None]
    # What the person said about themselves on the way (JSON), until it becomes a record.
    details = Encrypted()
    details_ct: Mapped[bytes | None]
    return_to: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    # Where the asking browser goes once the attempt was used in it.
    destination: Mapped[str | None]
