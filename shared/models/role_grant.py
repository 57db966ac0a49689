"""A role that an account holds in a practice, from one day to another."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow

STAFF_ROLES = ("receptionist", "nurse", "physician", "biller", "owner", "auditor")


class RoleGrant(PracticeRow, Base):
    """Read on every request, so that ending one takes effect with the next click."""

    __tablename__ = "role_grant"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name="fk_role_grant_account",
        ),
        CheckConstraint(
            "role in ('receptionist', 'nurse', 'physician', 'biller', 'owner', 'auditor')",
            name="role_known",
        ),
        CheckConstraint("granted_by is distinct from account_id", name="not_to_oneself"),
        Index(
            "uq_role_grant_open",
            "practice_id",
            "account_id",
            "role",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )

    account_id: Mapped[UUID]
    role: Mapped[str]
    # The account that granted it; None for the operator's command line.
    granted_by: Mapped[UUID | None]
    granted_at: Mapped[datetime] = mapped_column()
    ended_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
