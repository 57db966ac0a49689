"""An address that gets no mail but what somebody waits for, because it bounced or complained."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped

from shared.db import Base, PracticeRow
from shared.keyring import Encrypted


class Suppression(PracticeRow, Base):
    """In force until it is lifted, with a reason. The address is encrypted."""

    __tablename__ = "suppression"
    __phi__ = True
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "dispatch_id"],
            ["dispatch.practice_id", "dispatch.id"],
            name="fk_suppression_dispatch",
        ),
        ForeignKeyConstraint(
            ["practice_id", "patient_id"],
            ["patient.practice_id", "patient.id"],
            name="fk_suppression_patient",
        ),
        CheckConstraint("channel in ('email', 'sms')", name="channel"),
        CheckConstraint("(lifted_at is null) = (lift_reason is null)", name="lifted"),
        Index(
            "uq_suppression_open",
            "practice_id",
            "channel",
            "to_bidx",
            unique=True,
            postgresql_where=text("lifted_at is null"),
        ),
    )

    channel: Mapped[str]
    to = Encrypted()
    to_ct: Mapped[bytes]
    to_bidx: Mapped[bytes]
    # "bounced" or "complained".
    reason: Mapped[str]
    # The message that told.
    dispatch_id: Mapped[UUID]
    patient_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    # Nobody when a later delivery proved the mailbox mended.
    lifted_by: Mapped[UUID | None]
    lift_reason: Mapped[str | None]
