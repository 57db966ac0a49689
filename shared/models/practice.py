"""A practice (FHIR Organization): the tenant, its face to the world, and its hosts and keys."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow


class Practice(Base):
    """One practice; everything else leads its key with this id."""

    __tablename__ = "practice"
    __table_args__ = (
        UniqueConstraint("slug", name="uq_practice_slug"),
        CheckConstraint("slug ~ '^[a-z][a-z0-9-]{1,40}$'", name="slug"),
        CheckConstraint("length(emergency_words) <= 300", name="emergency_words"),
        CheckConstraint("cancel_window_hours between 0 and 336", name="cancel_window"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str]
    name: Mapped[str]
    legal_name: Mapped[str]
    tagline: Mapped[str]
    time_zone: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str]
    # With the keys line, city, state (two letters) and postal_code.
    address: Mapped[dict[str, Any]]
    # Token values of the visual language, such as accent_hue; see shared.web.brand.
    brand: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    # What the practice says to somebody in danger, beside 911 and 988; empty for nothing more.
    emergency_words: Mapped[str] = mapped_column(server_default="")
    # How long before its start a visit is cancelled free of charge; visit types follow it.
    cancel_window_hours: Mapped[int] = mapped_column(server_default="24")
    # Whether the desk may book a visit that is not paid yet.
    desk_pay_later: Mapped[bool] = mapped_column(server_default=true())
    # Whether a patient says their date of birth again before each visit by video.
    asks_identity: Mapped[bool] = mapped_column(server_default=false())
    # Whether patients are asked if they would agree to text messages.
    asks_about_texts: Mapped[bool] = mapped_column(server_default=false())
    # Since when people may book by themselves; see shared.preflight. Nobody closes it again.
    opened_at: Mapped[datetime | None]
    # The phone that rings when something cannot wait.
    escalation_phone: Mapped[str] = mapped_column(server_default="")


class PracticeHost(PracticeRow, Base):
    """A host name and a face: which practice answers there. Read before any practice is known.

    A name that was given up has ended and may be another practice's.
    """

    __tablename__ = "practice_host"
    __table_args__ = (
        CheckConstraint("host = lower(host)", name="lower"),
        CheckConstraint("face in ('marketing', 'portal', 'admin')", name="face"),
        Index(
            "uq_practice_host_canonical",
            "practice_id",
            "face",
            unique=True,
            postgresql_where=text("canonical"),
        ),
        Index(
            "uq_practice_host_open",
            "host",
            "face",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        CheckConstraint("ended_at is null or not canonical", name="canonical_is_open"),
    )

    host: Mapped[str]
    face: Mapped[str]
    # Absolute links of this face are built from its one canonical host.
    canonical: Mapped[bool]
    ended_at: Mapped[datetime | None]


class DataKey(PracticeRow, Base):
    """A data key of the practice, wrapped by KMS; see shared.keyring."""

    __tablename__ = "data_key"
    __table_args__ = (
        UniqueConstraint("practice_id", "purpose", "version", name="uq_data_key_version"),
        CheckConstraint("purpose in ('field', 'index')", name="purpose"),
        CheckConstraint("version > 0", name="version"),
    )

    purpose: Mapped[str]
    version: Mapped[int]
    wrapped: Mapped[bytes]
    kms_key_id: Mapped[str]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
