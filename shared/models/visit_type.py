"""A kind of visit that can be booked, with the rules its times obey (FHIR HealthcareService)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow


class VisitType(PracticeRow, Base):
    """What the public site lists and the booking page offers."""

    __tablename__ = "visit_type"
    __table_args__ = (
        UniqueConstraint("practice_id", "slug", name="uq_visit_type_slug"),
        CheckConstraint("slug ~ '^[a-z][a-z0-9-]{1,60}$'", name="slug"),
        CheckConstraint("length_minutes between 5 and 480", name="length"),
        CheckConstraint("step_minutes between 5 and 240", name="step"),
        CheckConstraint("horizon_days between 1 and 400", name="horizon"),
        CheckConstraint("modality in ('video', 'phone', 'in_person')", name="modality"),
        CheckConstraint("price_minor >= 0", name="price"),
        CheckConstraint(
            "buffer_before_minutes between 0 and 240 and buffer_after_minutes between 0 and 240",
            name="buffers",
        ),
        CheckConstraint("notice_minutes between 0 and 43200", name="notice"),
        CheckConstraint("cardinality(offered_by) > 0", name="offered_by"),
    )

    slug: Mapped[str]
    name: Mapped[str]
    summary: Mapped[str]
    length_minutes: Mapped[int]
    # Time kept free around the visit, for preparing and for notes.
    buffer_before_minutes: Mapped[int]
    buffer_after_minutes: Mapped[int]
    # How long before its start a visit can last be booked, and how many days ahead at most.
    notice_minutes: Mapped[int]
    horizon_days: Mapped[int]
    # Starts are offered every so many minutes from the opening of the hours.
    step_minutes: Mapped[int]
    modality: Mapped[str]
    # Two-letter codes of the states a patient may be in during the visit (licences).
    states: Mapped[list[str]] = mapped_column(ARRAY(Text))
    price_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    # Cancelled at least this long before the start, the money goes back.
    cancel_window_hours: Mapped[int]
    position: Mapped[int]
    active: Mapped[bool]
    # Practitioners who offer it; none named means everybody who sees patients here.
    offered_by: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    created_at: Mapped[datetime]
