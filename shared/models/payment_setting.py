"""How a practice takes payments; without a row the adapter's own defaults are used."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped

from shared.db import Base, PracticeRow


class PaymentSetting(PracticeRow, Base):
    """A changed setting is a new row; the old one ends."""

    __tablename__ = "payment_setting"
    __table_args__ = (
        CheckConstraint("account_key in ('practice', 'consulting')", name="account_key"),
        CheckConstraint("length(product_name) between 1 and 60", name="product_name"),
        Index(
            "uq_payment_setting_open",
            "practice_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )

    # The Stripe account that takes visit fees.
    account_key: Mapped[str]
    # What Stripe's page and receipt call the visit; neutral, never clinical.
    product_name: Mapped[str]
    # Whether Stripe gets the patient's address, for its own receipt.
    receipts: Mapped[bool]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
