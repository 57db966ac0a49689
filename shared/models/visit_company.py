"""What the practitioner adds to a visit: somebody else, a line for who waits, a late start."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow
from shared.keyring import Encrypted


class VisitGuest(PracticeRow, Base):
    """A way into one visit for an interpreter or a relative: one browser at a time, until a moment.

    Only the token's hash is kept; a browser that presses the button holds it while it is there.
    """

    __tablename__ = "visit_guest"
    __phi__ = True
    __table_args__ = (
        UniqueConstraint("token_hash", name="uq_visit_guest_token_hash"),
        ForeignKeyConstraint(
            ["practice_id", "visit_id"],
            ["visit.practice_id", "visit.id"],
            name="fk_visit_guest_visit",
        ),
        CheckConstraint("kind in ('interpreter', 'family', 'colleague')", name="kind"),
        CheckConstraint("length(token_hash) = 32", name="token_hash"),
        Index("ix_visit_guest_visit", "practice_id", "visit_id"),
    )

    visit_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    # Who it is for; never a name.
    kind: Mapped[str]
    token_hash: Mapped[bytes]
    made_by: Mapped[UUID]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    # The browser that holds the link, as the key in its cookie, and since when.
    browser: Mapped[bytes | None]
    opened_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class VisitGuestPresence(PracticeRow, Base):
    """When the browser that holds a guest's link last spoke: every few seconds, so not logged."""

    __tablename__ = "visit_guest_presence"
    __phi__ = True
    __table_args__ = (
        UniqueConstraint("practice_id", "guest_id", name="uq_visit_guest_presence_guest"),
        ForeignKeyConstraint(
            ["practice_id", "guest_id"],
            ["visit_guest.practice_id", "visit_guest.id"],
            name="fk_visit_guest_presence_guest",
        ),
    )

    guest_id: Mapped[UUID]
    seen_at: Mapped[datetime]


class VisitWord(PracticeRow, Base):
    """A short line from the practitioner to the patient in the waiting room."""

    __tablename__ = "visit_word"
    __phi__ = True
    __table_args__ = (
        ForeignKeyConstraint(
            ["practice_id", "visit_id"],
            ["visit.practice_id", "visit.id"],
            name="fk_visit_word_visit",
        ),
        Index("ix_visit_word_visit", "practice_id", "visit_id"),
    )

    visit_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    words = Encrypted()
    words_ct: Mapped[bytes]
    said_by: Mapped[UUID]
    said_at: Mapped[datetime]


class PractitionerDelay(PracticeRow, Base):
    """How late a practitioner said they are, for their visits to come; 0 takes it back."""

    __tablename__ = "practitioner_delay"
    __table_args__ = (
        CheckConstraint("minutes between 0 and 180", name="minutes"),
        Index("ix_practitioner_delay_latest", "practice_id", "practitioner_id", "said_at"),
    )

    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"))
    minutes: Mapped[int]
    said_by: Mapped[UUID]
    said_at: Mapped[datetime]
