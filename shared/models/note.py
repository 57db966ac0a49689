"""A visit's note: what the practitioner writes, signs, and may only add to afterwards."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from shared.db import Base, PracticeRow
from shared.keyring import Encrypted


class Note(PracticeRow, Base):
    """The text as it stands. Once `signed_at` is set the database refuses every change."""

    __tablename__ = "note"
    __phi__ = True
    __table_args__ = (
        UniqueConstraint("practice_id", "encounter_id", name="uq_note_encounter"),
        ForeignKeyConstraint(
            ["practice_id", "encounter_id"],
            ["encounter.practice_id", "encounter.id"],
            name="fk_note_encounter",
        ),
        CheckConstraint("version >= 1", name="version"),
    )

    encounter_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    # Counts every change of the text; who saves says which one they began with.
    version: Mapped[int]
    reason = Encrypted()
    reason_ct: Mapped[bytes | None]
    history = Encrypted()
    history_ct: Mapped[bytes | None]
    observations = Encrypted()
    observations_ct: Mapped[bytes | None]
    assessment = Encrypted()
    assessment_ct: Mapped[bytes | None]
    plan = Encrypted()
    plan_ct: Mapped[bytes | None]
    # The account of the practitioner whose note it is.
    written_by: Mapped[UUID]
    saved_at: Mapped[datetime]
    # The window that saved last: two windows never overwrite each other unseen.
    saved_from: Mapped[str]
    # When the text was last put aside as a version.
    kept_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class NoteVersion(PracticeRow, Base):
    """A text the note had, or one that was typed beside it in another window. Never changed."""

    __tablename__ = "note_version"
    __phi__ = True
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "note_id"],
            ["note.practice_id", "note.id"],
            name="fk_note_version_note",
        ),
        CheckConstraint("kind in ('saved', 'aside', 'signed')", name="kind"),
        Index("ix_note_version_note", "practice_id", "note_id", "saved_at"),
    )

    note_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    # saved: the note was like this. aside: typed elsewhere at the same time. signed: as signed.
    kind: Mapped[str]
    # The version of the note; of one put aside, the version it began with.
    number: Mapped[int]
    reason = Encrypted()
    reason_ct: Mapped[bytes | None]
    history = Encrypted()
    history_ct: Mapped[bytes | None]
    observations = Encrypted()
    observations_ct: Mapped[bytes | None]
    assessment = Encrypted()
    assessment_ct: Mapped[bytes | None]
    plan = Encrypted()
    plan_ct: Mapped[bytes | None]
    saved_by: Mapped[UUID]
    saved_from: Mapped[str]
    saved_at: Mapped[datetime]


class NoteAddendum(PracticeRow, Base):
    """What was added to a signed note: by whom, why, and the words."""

    __tablename__ = "note_addendum"
    __phi__ = True
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "note_id"],
            ["note.practice_id", "note.id"],
            name="fk_note_addendum_note",
        ),
        Index("ix_note_addendum_note", "practice_id", "note_id", "created_at"),
    )

    note_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    why = Encrypted()
    why_ct: Mapped[bytes]
    words = Encrypted()
    words_ct: Mapped[bytes]
    written_by: Mapped[UUID]
    created_at: Mapped[datetime]
