"""A WebAuthn challenge: random bytes that one ceremony may answer once, within minutes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from shared.db import Base, PracticeRow


class WebauthnChallenge(PracticeRow, Base):
    """Exempt from the event log."""

    __tablename__ = "webauthn_challenge"
    __table_args__ = (
        CheckConstraint("ceremony in ('create', 'get')", name="ceremony_known"),
        Index("ix_webauthn_challenge_expires_at", "practice_id", "expires_at"),
    )

    ceremony: Mapped[str]
    challenge: Mapped[bytes]
    # Only the browser that asked for the challenge may answer it.
    browser_hash: Mapped[bytes]
    # Whose passkey is being made; None when signing in.
    account_id: Mapped[UUID | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
