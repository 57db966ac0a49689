"""Who sees patients: a person (FHIR Practitioner) and their PractitionerRole in a practice."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow


class Practitioner(Base):
    """One person, the same in every practice they work in: their busy time is theirs."""

    __tablename__ = "practitioner"
    __table_args__ = (
        UniqueConstraint("npi", name="uq_practitioner_npi"),
        CheckConstraint("npi ~ '^[0-9]{10}$'", name="npi"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    given_name: Mapped[str]
    family_name: Mapped[str]
    # "MD", "DO, FAAFP": written after the name.
    credentials: Mapped[str]
    # National Provider Identifier (45 CFR 162.406).
    npi: Mapped[str | None]
    biography: Mapped[str]
    created_at: Mapped[datetime]

    @property
    def full_name(self) -> str:
        """ "Maya Ellison"."""
        return f"{self.given_name} {self.family_name}"


class PractitionerRole(PracticeRow, Base):
    """A practitioner's place in one practice; `time_zone` is the one their hours are written in."""

    __tablename__ = "practitioner_role"
    __table_args__ = (
        UniqueConstraint(
            "practice_id", "practitioner_id", name="uq_practitioner_role_practitioner"
        ),
    )

    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"))
    account_id: Mapped[UUID | None]
    specialty: Mapped[str]
    time_zone: Mapped[str]
    active: Mapped[bool]
    created_at: Mapped[datetime]
