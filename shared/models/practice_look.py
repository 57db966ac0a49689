"""How a practice has looked: each look, and the pictures they use."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow


class PracticeLogo(PracticeRow, Base):
    """A logo as we drew it anew: a small PNG, named by its content, never changed."""

    __tablename__ = "practice_logo"
    __table_args__ = (
        UniqueConstraint("practice_id", "digest", name="uq_practice_logo_digest"),
        CheckConstraint("digest ~ '^[0-9a-f]{16}$'", name="digest"),
        CheckConstraint("length(body) between 1 and 1000000", name="body"),
        CheckConstraint("width between 1 and 2000", name="width"),
        CheckConstraint("height between 1 and 2000", name="height"),
    )

    digest: Mapped[str]
    # Large: read by the page that serves it only.
    body: Mapped[bytes] = mapped_column(deferred=True)
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[datetime]


class PracticeLook(PracticeRow, Base):
    """A look the practice chose; the newest one is what its own row holds."""

    __tablename__ = "practice_look"
    __table_args__ = (CheckConstraint("length(name) between 1 and 120", name="name"),)

    name: Mapped[str]
    # Token values of the visual language; see shared.practices.look.
    brand: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    # Empty for the look that the practice was made with.
    created_by: Mapped[UUID | None]
