"""A dispatch (FHIR Communication): one message to one person, and what became of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from shared.db import Base, PracticeRow
from shared.keyring import Encrypted

CHANNELS = ("email", "sms")
STATUSES = (
    "queued",
    "sending",
    "sent",
    "delivered",
    "deferred",
    "bounced",
    "complained",
    "suppressed",
    "failed",
    "cancelled",
    "unknown",
    "skipped",
)


class Dispatch(PracticeRow, Base):
    """One message. The address and the words' ingredients are encrypted.

    status: see docs/states.md. reason: a code for why it is in that status, never free text.
    """

    __tablename__ = "dispatch"
    __phi__ = True
    __table_args__ = (
        UniqueConstraint("practice_id", "dedupe_key", name="uq_dispatch_dedupe"),
        ForeignKeyConstraint(
            ["practice_id", "patient_id"],
            ["patient.practice_id", "patient.id"],
            name="fk_dispatch_patient",
        ),
        CheckConstraint("channel in ('email', 'sms')", name="channel"),
        CheckConstraint(
            "status in ('queued', 'sending', 'sent', 'delivered', 'deferred', 'bounced',"
            " 'complained', 'suppressed', 'failed', 'cancelled', 'unknown', 'skipped')",
            name="status",
        ),
        CheckConstraint("sender_source in ('row', 'fallback')", name="sender_source"),
        Index("ix_dispatch_patient", "practice_id", "patient_id", "created_at"),
        Index("ix_dispatch_to", "practice_id", "to_bidx", "created_at"),
        Index(
            "ix_dispatch_provider",
            "practice_id",
            "provider_message_id",
            postgresql_where=text("provider_message_id is not null"),
        ),
        Index(
            "ix_dispatch_unsettled",
            "practice_id",
            "created_at",
            postgresql_where=text("status in ('queued', 'sending', 'unknown')"),
        ),
    )

    channel: Mapped[str]
    template: Mapped[str]
    to = Encrypted()
    to_ct: Mapped[bytes | None]
    to_bidx: Mapped[bytes | None]
    # JSON: {"context": {...}, "calendar": str | null}; forgotten once sent if secret.
    context = Encrypted()
    context_ct: Mapped[bytes | None]
    patient_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]
    # What the message is about, such as ("appointment", its id).
    about_type: Mapped[str | None]
    about_id: Mapped[UUID | None]
    status: Mapped[str]
    reason: Mapped[str | None]
    provider: Mapped[str | None]
    provider_message_id: Mapped[str | None]
    # The address it was sent from, and where that was configured.
    sender: Mapped[str | None]
    sender_source: Mapped[str | None]
    # How many times it was claimed for sending.
    attempts: Mapped[int]
    # Two messages with the same key are one message.
    dedupe_key: Mapped[str | None]
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    # When the vendor's last word about it arrived.
    settled_at: Mapped[datetime | None]
