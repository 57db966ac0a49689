"""A patient: the person a record is about (FHIR Patient). Belongs to one practice."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow
from shared.keyring import Encrypted


class Patient(PracticeRow, Base):
    """Demographics and contact data; nothing clinical."""

    __tablename__ = "patient"
    __phi__ = True
    __table_args__ = (
        UniqueConstraint("practice_id", "reference", name="uq_patient_reference"),
        CheckConstraint("state ~ '^[A-Z]{2}$'", name="state"),
        CheckConstraint("length(given_name) between 1 and 100", name="given_name"),
        CheckConstraint("length(family_name) between 0 and 100", name="family_name"),
        CheckConstraint("length(preferred_name) between 1 and 100", name="preferred_name"),
        Index("ix_patient_name_key", "practice_id", "name_key"),
        Index("ix_patient_email_bidx", "practice_id", "email_bidx"),
        Index("ix_patient_phone_bidx", "practice_id", "phone_bidx"),
    )

    # What the person reads out on the phone, such as "HX4-27K".
    reference: Mapped[str]
    given_name: Mapped[str]
    family_name: Mapped[str]
    # "family given", folded; compared by byte ranges, because LIKE goes unindexed under RLS.
    name_key: Mapped[str] = mapped_column(Text(collation="C"))
    birth_date: Mapped[date]
    email = Encrypted()
    email_ct: Mapped[bytes | None]
    email_bidx: Mapped[bytes | None]
    phone = Encrypted()
    phone_ct: Mapped[bytes | None]
    phone_bidx: Mapped[bytes | None]
    time_zone: Mapped[str]
    # Two-letter code of the state the person lives in; where they are is asked at each visit.
    state: Mapped[str]
    created_at: Mapped[datetime] = mapped_column()
    # The legal name. Some people have one name only: theirs is the given name.
    # What the person wants to be called.
    preferred_name: Mapped[str | None]
    # Of the last four digits, set with the number.
    phone_tail_bidx: Mapped[bytes | None]
    # The postal address, in the lines that go on an envelope.
    address = Encrypted()
    address_ct: Mapped[bytes | None]

    @property
    def full_name(self) -> str:
        """The legal name in one line."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def called(self) -> str:
        """How the person is addressed."""
        return self.preferred_name or self.given_name
