"""Which page of the public site a booking began on, and which site had sent the visitor."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from shared.db import Base, PracticeRow


class Attribution(PracticeRow, Base):
    """The last click before a hold. Says nothing of the patient; the owner alone reads it."""

    __tablename__ = "attribution"
    __table_args__ = (
        UniqueConstraint("practice_id", "appointment_id", name="uq_attribution_appointment"),
        ForeignKeyConstraint(
            ["practice_id", "appointment_id"],
            ["appointment.practice_id", "appointment.id"],
            name="fk_attribution_appointment",
        ),
        CheckConstraint("landing ~ '^[a-z0-9/-]{1,80}$'", name="landing"),
        CheckConstraint("referrer ~ '^[a-z0-9.-]{1,100}$'", name="referrer"),
        Index("ix_attribution_created_at", "practice_id", "created_at"),
    )

    appointment_id: Mapped[UUID]
    # The first page of the visit: "home", "locations/boca-raton".
    landing: Mapped[str]
    # The host that had led there: "www.example.com"; None when nobody says.
    referrer: Mapped[str | None]
    created_at: Mapped[datetime]
