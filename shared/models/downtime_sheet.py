"""A day's schedule on paper's terms: sealed for the owner, kept where a dead server is not."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from shared.db import Base, PracticeRow


class SheetKey(PracticeRow, Base):
    """The public half of the key that opens downtime sheets; the owner alone has the other."""

    __tablename__ = "sheet_key"
    __table_args__ = (
        Index(
            "uq_sheet_key_open",
            "practice_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )

    # X.509, PEM: what the sheets are sealed for.
    certificate: Mapped[str]
    # SHA-256 of the certificate, as openssl prints it: which key file opens a sheet.
    fingerprint: Mapped[str]
    made_by: Mapped[UUID]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class DowntimeSheet(PracticeRow, Base):
    """One day's sheet: where it lies, and the same sealed for the owner, whom alone it opens to."""

    __tablename__ = "downtime_sheet"
    __table_args__ = (
        UniqueConstraint("practice_id", "on_date", name="uq_downtime_sheet_date"),
        CheckConstraint("visits >= 0", name="visits"),
        CheckConstraint("length(sha256) = 32", name="sha256"),
    )

    on_date: Mapped[date]
    visits: Mapped[int]
    sha256: Mapped[bytes]
    stored_as: Mapped[str]
    # What lies there as well, for a download while the server is well: CMS, sealed for the owner.
    sealed: Mapped[bytes | None]
    fingerprint: Mapped[str]
    made_at: Mapped[datetime]
