"""Whom a practice's messages come from; without a row the adapter's own default is used."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped

from shared.db import Base, PracticeRow


class MessageSender(PracticeRow, Base):
    """An address verified at the vendor. A changed sender is a new row; the old one ends."""

    __tablename__ = "message_sender"
    __table_args__ = (
        CheckConstraint("channel in ('email', 'sms')", name="channel"),
        CheckConstraint("length(name) between 1 and 60", name="name"),
        Index(
            "uq_message_sender_open",
            "practice_id",
            "channel",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )

    channel: Mapped[str]
    # The display name a reader sees beside the address.
    name: Mapped[str]
    address: Mapped[str]
    reply_to: Mapped[str | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
