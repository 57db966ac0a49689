"""Who works for the practice, with what of its data, under which agreement."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped

from shared.db import Base, PracticeRow


class Vendor(PracticeRow, Base):
    """A business associate (45 CFR 160.103), or somebody who is none, and why.

    Its history is the event log's.
    """

    __tablename__ = "vendor"
    __table_args__ = (
        CheckConstraint("length(name) between 1 and 80", name="name"),
        CheckConstraint("length(purpose) between 1 and 200", name="purpose"),
        CheckConstraint("length(region) between 1 and 60", name="region"),
        CheckConstraint("length(exempt_because) <= 300", name="exempt_because"),
        CheckConstraint("renews_on is null or agreed_on is not null", name="renewal"),
        CheckConstraint("renews_on is null or renews_on > agreed_on", name="order"),
        Index(
            "uq_vendor_open",
            "practice_id",
            text("lower(name)"),
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )

    name: Mapped[str]
    purpose: Mapped[str]
    # Whether it can see anything about a patient (45 CFR 160.103).
    handles_phi: Mapped[bool]
    region: Mapped[str]
    # When the business associate agreement (45 CFR 164.504(e)) was signed, and when it ends.
    agreed_on: Mapped[date | None]
    renews_on: Mapped[date | None]
    # Why no agreement is needed although it sees something: payments are exempt by section 1179.
    exempt_because: Mapped[str]
    changed_at: Mapped[datetime]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
