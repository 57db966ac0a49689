"""A practitioner's licence to practise medicine in one state, from when to when."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow


class Licence(PracticeRow, Base):
    """FHIR Practitioner.qualification. It counts where the patient is during a visit.

    A licence that was entered wrongly or withdrawn is ended, never changed.
    """

    __tablename__ = "licence"
    __table_args__ = (
        CheckConstraint("state ~ '^[A-Z]{2}$'", name="state"),
        CheckConstraint("ends_on >= starts_on", name="order"),
        CheckConstraint("length(number) between 1 and 40", name="number"),
        Index("ix_licence_practitioner", "practice_id", "practitioner_id", "state"),
    )

    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"))
    # Two letters (USPS).
    state: Mapped[str]
    # As the state's board prints it.
    number: Mapped[str]
    starts_on: Mapped[date]
    # The last day on which it is good.
    ends_on: Mapped[date]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
