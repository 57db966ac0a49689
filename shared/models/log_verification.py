"""A verification of the event log: what was looked at, when, and whether it held."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base

KINDS = ("chain", "checkpoint", "archive", "replay", "restore")
OUTCOMES = ("passed", "failed", "unable")


class LogVerification(Base):
    """One finished run. `unable`: a vendor was away, nothing is known.

    practice_id is all zeros for the platform's own chain, which belongs to no practice.
    details: counts, and for a failure the findings ({"kind", "seq", "event_id", "sentence"}).
    """

    __tablename__ = "log_verification"
    __table_args__ = (
        CheckConstraint(
            "kind in ('chain', 'checkpoint', 'archive', 'replay', 'restore')", name="kind"
        ),
        CheckConstraint("outcome in ('passed', 'failed', 'unable')", name="outcome"),
        Index("ix_log_verification_latest", "practice_id", "kind", "finished_at"),
    )

    practice_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    outcome: Mapped[str]
    details: Mapped[dict[str, Any]]
