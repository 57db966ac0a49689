"""The ledger: what moved, from which account to which. Written once, never changed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow


class LedgerEntry(PracticeRow, Base):
    """Double entry in one row: each names both sides, so the books balance by construction."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "payment_id"],
            ["payment.practice_id", "payment.id"],
            name="fk_ledger_entry_payment",
        ),
        ForeignKeyConstraint(
            ["practice_id", "checkout_session_id"],
            ["checkout_session.practice_id", "checkout_session.id"],
            name="fk_ledger_entry_checkout_session",
        ),
        ForeignKeyConstraint(
            ["practice_id", "refund_id"],
            ["refund.practice_id", "refund.id"],
            name="fk_ledger_entry_refund",
        ),
        CheckConstraint("kind in ('capture', 'refund', 'refund_reversal')", name="kind_known"),
        CheckConstraint("(kind = 'capture') = (refund_id is null)", name="refund_named"),
        CheckConstraint("debit_account <> credit_account", name="two_sides"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("currency ~ '^[a-z]{3}$'", name="currency_code"),
        # Each thing is booked once, however often we hear of it.
        Index(
            "uq_ledger_entry_capture",
            "practice_id",
            "checkout_session_id",
            unique=True,
            postgresql_where=text("kind = 'capture'"),
        ),
        Index(
            "uq_ledger_entry_refund",
            "practice_id",
            "refund_id",
            "kind",
            unique=True,
            postgresql_where=text("refund_id is not null"),
        ),
        Index("ix_ledger_entry_payment", "practice_id", "payment_id"),
        Index("ix_ledger_entry_recorded_at", "practice_id", "recorded_at"),
    )

    payment_id: Mapped[UUID]
    checkout_session_id: Mapped[UUID]
    refund_id: Mapped[UUID | None]
    kind: Mapped[str]
    debit_account: Mapped[str]
    credit_account: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column()
