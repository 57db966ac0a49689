"""Money on its way back to the patient."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow


class Refund(PracticeRow, Base):
    """Returns what one payment page took. Its id is the idempotency key at Stripe."""

    __tablename__ = "refund"
    __phi__ = True
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "payment_id"],
            ["payment.practice_id", "payment.id"],
            name="fk_refund_payment",
        ),
        ForeignKeyConstraint(
            ["practice_id", "checkout_session_id"],
            ["checkout_session.practice_id", "checkout_session.id"],
            name="fk_refund_checkout_session",
        ),
        ForeignKeyConstraint(
            ["practice_id", "patient_id"],
            ["patient.practice_id", "patient.id"],
            name="fk_refund_patient",
        ),
        CheckConstraint(
            "status in ('queued', 'submitting', 'unknown', 'pending', 'requires_action',"
            " 'succeeded', 'failed', 'canceled')",
            name="status_known",
        ),
        CheckConstraint(
            "reason in ('cancelled_in_time', 'slot_gone', 'paid_twice', 'by_practice')",
            name="reason_known",
        ),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("currency ~ '^[a-z]{3}$'", name="currency_code"),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        # What was taken once is given back once; a failed refund may be tried anew.
        Index(
            "uq_refund_living",
            "practice_id",
            "checkout_session_id",
            unique=True,
            postgresql_where=text("status not in ('failed', 'canceled')"),
        ),
        Index(
            "uq_refund_vendor_id",
            "practice_id",
            "vendor_id",
            unique=True,
            postgresql_where=text("vendor_id is not null"),
        ),
        Index("ix_refund_payment", "practice_id", "payment_id"),
        Index("ix_refund_checkout_session", "practice_id", "checkout_session_id"),
    )

    payment_id: Mapped[UUID]
    checkout_session_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    reason: Mapped[str]
    status: Mapped[str]
    vendor_id: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column()
    claimed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    attempts: Mapped[int]
    last_error: Mapped[str | None]
