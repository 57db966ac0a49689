"""What a patient wants to be written about, when not, and in which language."""

from datetime import datetime, time
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow


class Preference(PracticeRow, Base):
    """One row a patient, written by the first choice; without it the defaults hold."""

    __tablename__ = "preference"
    __phi__ = True
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "patient_id"],
            ["patient.practice_id", "patient.id"],
            name="fk_preference_patient",
        ),
        UniqueConstraint("practice_id", "patient_id", name="uq_preference_patient"),
        CheckConstraint(
            "wanted <@ array['email:reminder', 'email:receipt', 'email:news']", name="wanted"
        ),
        CheckConstraint("length(language) between 2 and 12", name="language"),
        CheckConstraint(
            "(quiet_from is null) = (quiet_until is null)"
            " and quiet_from is distinct from quiet_until or quiet_from is null",
            name="quiet",
        ),
    )

    patient_id: Mapped[UUID]
    # "channel:purpose" for each that is wanted.
    wanted: Mapped[list[str]] = mapped_column(ARRAY(Text))
    # Wall times in the patient's own zone; both or neither.
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    # None: what the browser asks for.
    language: Mapped[str | None]
    changed_at: Mapped[datetime]
