"""How far a vendor's own list of events was compared with what arrived here."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from shared.db import Base, PracticeRow


class Reconciliation(PracticeRow, Base):
    """A cursor per vendor account."""

    __tablename__ = "reconciliation"
    __table_args__ = (UniqueConstraint("practice_id", "source", name="uq_reconciliation_source"),)

    source: Mapped[str]
    checked_until: Mapped[datetime]
