"""Breaking the glass: somebody opens one patient's story for an hour, in the open."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped

from shared.db import Base, PracticeRow
from shared.keyring import Encrypted


class BreakGlass(PracticeRow, Base):
    """HIPAA's emergency access procedure, 45 CFR 164.312(a)(2)(ii): used, noticed, reviewed."""

    __tablename__ = "break_glass"
    __phi__ = True
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name="fk_break_glass_account",
        ),
        ForeignKeyConstraint(
            ["practice_id", "patient_id"],
            ["patient.practice_id", "patient.id"],
            name="fk_break_glass_patient",
        ),
        ForeignKeyConstraint(
            ["practice_id", "reviewed_by"],
            ["account.practice_id", "account.id"],
            name="fk_break_glass_reviewer",
        ),
        CheckConstraint(
            "reason in ('emergency', 'safety', 'on_call', 'patient_asked', 'legal', 'other')",
            name="reason_known",
        ),
        CheckConstraint("outcome in ('justified', 'not_justified')", name="outcome_known"),
        CheckConstraint(
            "expires_at > opened_at and expires_at <= opened_at + interval '60 minutes'",
            name="an_hour",
        ),
        CheckConstraint("reviewed_by is distinct from account_id", name="by_another"),
        CheckConstraint(
            "(reviewed_by is null) = (reviewed_at is null)"
            " and (reviewed_by is null) = (outcome is null)",
            name="reviewed",
        ),
        Index(
            "uq_break_glass_open",
            "practice_id",
            "account_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        Index(
            "ix_break_glass_unreviewed",
            "practice_id",
            "opened_at",
            postgresql_where=text("reviewed_at is null"),
        ),
    )

    account_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    # What an owner reads who may not read names: the record's spoken reference.
    patient_reference: Mapped[str]
    reason: Mapped[str]
    # The person's own words; they may speak of the patient.
    words = Encrypted()
    words_ct: Mapped[bytes]
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    # Ended by hand or, once the hour is over, by the next time the same person opens one.
    ended_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
