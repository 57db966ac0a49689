"""Which account may act for which patient, and as what."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow

# FHIR RelatedPerson speaks of relationships; "self" is the patient's own account, "family" an
# address that several patients of one household share.
RELATIONSHIPS = ("self", "family", "parent", "guardian", "proxy")


class PatientAccess(PracticeRow, Base):
    """A grant from the practice's side: it ends, it is never deleted."""

    __tablename__ = "patient_access"
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name="fk_patient_access_account",
        ),
        ForeignKeyConstraint(
            ["practice_id", "patient_id"],
            ["patient.practice_id", "patient.id"],
            name="fk_patient_access_patient",
        ),
        CheckConstraint(
            "relationship in ('self', 'family', 'parent', 'guardian', 'proxy')",
            name="relationship_known",
        ),
        Index(
            "uq_patient_access_open",
            "practice_id",
            "account_id",
            "patient_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        Index("ix_patient_access_patient", "practice_id", "patient_id"),
    )

    account_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    relationship: Mapped[str]
    # What a proxy may do (shared.access.policy.SCOPES); nobody else is held to it.
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column()
    ended_at: Mapped[datetime | None]
