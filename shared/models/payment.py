"""What one visit costs and whether it was settled (FHIR PaymentReconciliation is for later)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow


class Payment(PracticeRow, Base):
    """One per appointment; the pages on which it can be paid are its checkout sessions."""

    __tablename__ = "payment"
    __phi__ = True
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "appointment_id"],
            ["appointment.practice_id", "appointment.id"],
            name="fk_payment_appointment",
        ),
        ForeignKeyConstraint(
            ["practice_id", "patient_id"],
            ["patient.practice_id", "patient.id"],
            name="fk_payment_patient",
        ),
        UniqueConstraint("practice_id", "appointment_id", name="uq_payment_appointment"),
        CheckConstraint(
            "status in ('open', 'succeeded', 'canceled', 'refunded')", name="status_known"
        ),
        CheckConstraint("account_key in ('practice', 'consulting')", name="account_key_known"),
        CheckConstraint("account_source in ('practice', 'default')", name="account_source_known"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("currency ~ '^[a-z]{3}$'", name="currency_code"),
        Index("ix_payment_patient", "practice_id", "patient_id", "created_at"),
    )

    appointment_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    # Stripe account that takes the money, and whether a setting or the built-in default said so.
    account_key: Mapped[str]
    account_source: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    status: Mapped[str]
    created_at: Mapped[datetime] = mapped_column()
    paid_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
