"""An encounter (FHIR Encounter): what a visit is in the record, from planned to told."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow


class Encounter(PracticeRow, Base):
    """One appointment's encounter. Nothing clinical stands here: that is the note's.

    So the desk may see that a visit took place, and never what was said in it.
    """

    __tablename__ = "encounter"
    __phi__ = True
    __table_args__ = (
        UniqueConstraint("practice_id", "appointment_id", name="uq_encounter_appointment"),
        ForeignKeyConstraint(
            ["practice_id", "appointment_id"],
            ["appointment.practice_id", "appointment.id"],
            name="fk_encounter_appointment",
        ),
        ForeignKeyConstraint(
            ["practice_id", "patient_id"],
            ["patient.practice_id", "patient.id"],
            name="fk_encounter_patient",
        ),
        Index("ix_encounter_patient", "practice_id", "patient_id", "planned_for"),
        Index(
            "ix_encounter_unfinished",
            "practice_id",
            "planned_for",
            postgresql_where=text("status in ('arrived', 'in_progress', 'documented', 'signed')"),
        ),
    )

    appointment_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"))
    # The machine is shared.encounters.states.
    status: Mapped[str]
    planned_for: Mapped[datetime]
    arrived_at: Mapped[datetime | None]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    # The first words of the note; what they are is the note's.
    written_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    summary_sent_at: Mapped[datetime | None]
    # Why it was called off: no_show or cancelled.
    closed_because: Mapped[str | None]
    created_at: Mapped[datetime]
