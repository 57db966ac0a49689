"""The summary a patient gets after a visit, in plain words; approved before it is shown."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from shared.db import Base, PracticeRow
from shared.keyring import Encrypted


class VisitSummary(PracticeRow, Base):
    """A draft until `approved_at`; then it is the patient's, and nothing changes it any more.

    A correction is the next number: the patient sees the latest one, and that it was corrected.
    """

    __tablename__ = "visit_summary"
    __phi__ = True
    __table_args__ = (
        UniqueConstraint("practice_id", "encounter_id", "number", name="uq_visit_summary_number"),
        ForeignKeyConstraint(
            ["practice_id", "encounter_id"],
            ["encounter.practice_id", "encounter.id"],
            name="fk_visit_summary_encounter",
        ),
        ForeignKeyConstraint(
            ["practice_id", "patient_id"],
            ["patient.practice_id", "patient.id"],
            name="fk_visit_summary_patient",
        ),
        CheckConstraint("number >= 1 and version >= 1", name="numbers"),
        Index(
            "uq_visit_summary_draft",
            "practice_id",
            "encounter_id",
            unique=True,
            postgresql_where=text("approved_at is null"),
        ),
        Index("ix_visit_summary_patient", "practice_id", "patient_id", "approved_at"),
    )

    encounter_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    # 1 is the first one; each correction counts on.
    number: Mapped[int]
    # Counts every change of the draft.
    version: Mapped[int]
    talked = Encrypted()
    talked_ct: Mapped[bytes | None]
    to_do = Encrypted()
    to_do_ct: Mapped[bytes | None]
    medicines = Encrypted()
    medicines_ct: Mapped[bytes | None]
    seek_help = Encrypted()
    seek_help_ct: Mapped[bytes | None]
    follow_up = Encrypted()
    follow_up_ct: Mapped[bytes | None]
    written_by: Mapped[UUID]
    saved_at: Mapped[datetime]
    saved_from: Mapped[str]
    approved_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
