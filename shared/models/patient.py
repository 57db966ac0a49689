"""A patient: the person a record is about (FHIR Patient). Belongs to one practice."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Computed, Index, Text, UniqueConstraint, column
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

from shared.db import Base, PracticeRow
from shared.keyring import Encrypted, blind_index, phone_tail


def _turned(words: int) -> MappedColumn[str | None]:
    return mapped_column(
        Text(collation="C"),
        Computed(f"public.name_turned(name_key, {words})", persisted=True),
        deferred=True,
    )


class _Phone(Encrypted):
    """A number in E.164 that can be found by its last four digits, too."""

    def __set__(self, row: Any, value: str | None) -> None:
        super().__set__(row, value)
        row.phone_tail_bidx = blind_index(row.practice_id, "phone_tail", phone_tail(value))


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
        Index("ix_patient_phone_tail_bidx", "practice_id", "phone_tail_bidx"),
        Index("ix_patient_birth_date", "practice_id", "birth_date"),
        *(
            Index(
                f"ix_patient_{name}",
                "practice_id",
                name,
                postgresql_where=column(name).is_not(None),
            )
            for name in ("turn_1", "turn_2", "turn_3", "turn_4", "preferred_key")
        ),
    )

    # What the person reads out on the phone, such as "HX4-27K".
    reference: Mapped[str]
    # The legal name. Some people have one name only: theirs is the given name.
    given_name: Mapped[str]
    family_name: Mapped[str]
    # What the person wants to be called.
    preferred_name: Mapped[str | None]
    # "family given", folded; compared by byte ranges, because LIKE goes unindexed under RLS.
    name_key: Mapped[str] = mapped_column(Text(collation="C"))
    # The same from its second, third ... word on, for finding any part of a name.
    turn_1: Mapped[str | None] = _turned(1)
    turn_2: Mapped[str | None] = _turned(2)
    turn_3: Mapped[str | None] = _turned(3)
    turn_4: Mapped[str | None] = _turned(4)
    preferred_key: Mapped[str | None] = mapped_column(
        Text(collation="C"),
        Computed("public.name_plain(preferred_name)", persisted=True),
        deferred=True,
    )
    birth_date: Mapped[date]
    email = Encrypted()
    email_ct: Mapped[bytes | None]
    email_bidx: Mapped[bytes | None]
    phone = _Phone()
    phone_ct: Mapped[bytes | None]
    phone_bidx: Mapped[bytes | None]
    # Of the last four digits, set with the number.
    phone_tail_bidx: Mapped[bytes | None]
    # The postal address, in the lines that go on an envelope.
    address = Encrypted()
    address_ct: Mapped[bytes | None]
    time_zone: Mapped[str]
    # Two-letter code of the state the person lives in; where they are is asked at each visit.
    state: Mapped[str]
    created_at: Mapped[datetime] = mapped_column()

    @property
    def full_name(self) -> str:
        """The legal name in one line."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def called(self) -> str:
        """How the person is addressed."""
        return self.preferred_name or self.given_name
