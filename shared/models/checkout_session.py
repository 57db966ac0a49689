"""One payment page at Stripe (a Checkout Session), from our wish for it to its end."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow


class CheckoutSession(PracticeRow, Base):
    """Its id is the idempotency key at Stripe: however often we ask, one page comes of it."""

    __tablename__ = "checkout_session"
    __phi__ = True
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "payment_id"],
            ["payment.practice_id", "payment.id"],
            name="fk_checkout_session_payment",
        ),
        ForeignKeyConstraint(
            ["practice_id", "patient_id"],
            ["patient.practice_id", "patient.id"],
            name="fk_checkout_session_patient",
        ),
        CheckConstraint(
            "status in ('queued', 'creating', 'unknown', 'open', 'complete', 'expired', 'failed')",
            name="status_known",
        ),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        CheckConstraint("captured_minor > 0", name="captured_positive"),
        # Paying twice is impossible here: one page at a time.
        Index(
            "uq_checkout_session_live",
            "practice_id",
            "payment_id",
            unique=True,
            postgresql_where=text("status in ('queued', 'creating', 'unknown', 'open')"),
        ),
        Index(
            "uq_checkout_session_vendor_id",
            "practice_id",
            "vendor_id",
            unique=True,
            postgresql_where=text("vendor_id is not null"),
        ),
        Index("ix_checkout_session_payment", "practice_id", "payment_id"),
        Index(
            "ix_checkout_session_expires_at",
            "practice_id",
            "expires_at",
            postgresql_where=text("status in ('queued', 'creating', 'unknown', 'open')"),
        ),
    )

    payment_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    status: Mapped[str]
    # What the practice's setting said when the page was asked for; nothing: the defaults.
    product_name: Mapped[str | None]
    receipts: Mapped[bool | None]
    # Stripe's ids (cs_..., pi_...) and the address of the page.
    vendor_id: Mapped[str | None]
    payment_intent: Mapped[str | None]
    url: Mapped[str | None]
    # Our own pages the patient comes back to.
    success_url: Mapped[str]
    cancel_url: Mapped[str]
    created_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    attempts: Mapped[int]
    captured_minor: Mapped[int | None]
    # Stripe's code of the last thing that went wrong.
    last_error: Mapped[str | None]
