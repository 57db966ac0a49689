"""An invitation to join the staff: one link with eight digits, used once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow
from shared.keyring import Encrypted


class StaffInvitation(PracticeRow, Base):
    """Who was asked to join, with which roles; the secrets are kept as hashes."""

    __tablename__ = "staff_invitation"
    __table_args__ = (
        UniqueConstraint("token_hash", name="uq_staff_invitation_token"),
        CheckConstraint("cardinality(roles) > 0", name="roles_named"),
        CheckConstraint("code_tries between 0 and 5", name="code_tries_bounded"),
        Index(
            "uq_staff_invitation_open",
            "practice_id",
            "email_bidx",
            unique=True,
            postgresql_where=text("accepted_at is null and ended_at is null"),
        ),
    )

    email = Encrypted()
    email_ct: Mapped[bytes]
    email_bidx: Mapped[bytes]
    name: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    token_hash: Mapped[bytes]
    code_hash: Mapped[bytes]
    code_tries: Mapped[int]
    # The account that invited; None for the operator's command line.
    invited_by: Mapped[UUID | None]
    invited_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    account_id: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
