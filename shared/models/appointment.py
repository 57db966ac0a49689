"""An appointment (FHIR Appointment), from the hold on its time to its end, and its cancellation."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow

TIMES_AGREE = (
    "not isempty(during) and lower_inc(during) and not upper_inc(during)"
    " and starts_at = lower(during) and ends_at = upper(during)"
    " and occupied @> during and lower_inc(occupied) and not upper_inc(occupied)"
)


class Appointment(PracticeRow, Base):
    """Overlap is refused by two exclusion constraints (migration 0004), across practices too."""

    __tablename__ = "appointment"
    __phi__ = True
    __table_args__ = (
        UniqueConstraint("practice_id", "reference", name="uq_appointment_reference"),
        ForeignKeyConstraint(
            ["practice_id", "patient_id"],
            ["patient.practice_id", "patient.id"],
            name="fk_appointment_patient",
        ),
        ForeignKeyConstraint(
            ["practice_id", "visit_type_id"],
            ["visit_type.practice_id", "visit_type.id"],
            name="fk_appointment_visit_type",
        ),
        CheckConstraint(TIMES_AGREE, name="during"),
        CheckConstraint("status <> 'pending' or hold_expires_at is not null", name="hold"),
        Index("ix_appointment_starts_at", "practice_id", "starts_at"),
        Index(
            "ix_appointment_booked_at",
            "practice_id",
            "booked_at",
            "status",
            postgresql_where=text("booked_at is not null"),
        ),
        Index("ix_appointment_patient", "practice_id", "patient_id", "starts_at"),
        Index(
            "ix_appointment_holds",
            "practice_id",
            "hold_expires_at",
            postgresql_where=text("status = 'pending'"),
        ),
    )

    # What the patient reads out on the phone, such as "HX4-27K".
    reference: Mapped[str]
    # FHIR R4 Appointment.status; the machine is shared.booking.states.
    status: Mapped[str]
    # Nobody yet, while a visitor holds the time before signing in.
    patient_id: Mapped[UUID | None]
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"))
    visit_type_id: Mapped[UUID]
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    # The visit with its buffers: what overlaps nothing else of the practitioner's.
    occupied: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    # The schedule's zone and its wall time: what was meant, should the zone's rules ever change.
    time_zone: Mapped[str]
    wall_clock: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    # The zone the patient reads times in.
    patient_time_zone: Mapped[str]
    # Where the patient will be (two letters): decides who may see them, and who sends help.
    state: Mapped[str | None]
    modality: Mapped[str]
    # The price as agreed when the time was taken.
    price_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    # The anonymous browser that holds it, until somebody signs in.
    visitor_key: Mapped[bytes | None]
    hold_expires_at: Mapped[datetime | None]
    booked_at: Mapped[datetime | None]
    # Why staff booked it outside the hours.
    override_reason: Mapped[str | None]
    # iCalendar SEQUENCE.
    sequence: Mapped[int]
    created_at: Mapped[datetime]


class AppointmentCancellation(PracticeRow, Base):
    """Who ended an appointment before it began, when, why, and what money goes back."""

    __tablename__ = "appointment_cancellation"
    __phi__ = True
    __table_args__ = (
        UniqueConstraint(
            "practice_id", "appointment_id", name="uq_appointment_cancellation_appointment"
        ),
        ForeignKeyConstraint(
            ["practice_id", "appointment_id"],
            ["appointment.practice_id", "appointment.id"],
            name="fk_appointment_cancellation_appointment",
        ),
    )

    appointment_id: Mapped[UUID]
    patient_id: Mapped[UUID | None]
    # The account that cancelled; nobody when time did.
    cancelled_by: Mapped[UUID | None]
    by_kind: Mapped[str]
    reason: Mapped[str]
    # Early enough for the visit type's cancellation window.
    within_policy: Mapped[bool]
    refund_due_minor: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
