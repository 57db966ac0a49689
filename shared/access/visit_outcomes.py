"""The door to how visits by video ended: for counting, about nobody in particular."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.policy import holds
from shared.access.principal import Principal
from shared.models.appointment import Appointment
from shared.models.visit import Visit
from shared.models.visit_signal import VisitSignal

DONE = ("ended", "torn_down", "no_show", "converted_to_phone")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One visit that was to be by video, without its patient."""

    visit_id: UUID
    starts_at: datetime
    status: str
    by_phone: bool
    met: bool
    why_phone: str | None
    drops: int


@dataclass(frozen=True, slots=True)
class Signal:
    """What one side's page noticed in one of them."""

    visit_id: UUID
    side: str
    kind: str
    reason: str
    browser: str
    milliseconds: int | None


def list_outcomes(
    session: Session, *, viewer: Principal, since: datetime, until: datetime
) -> list[Outcome]:
    """Visits of a stretch that were booked by video and are decided. NotFound for other roles."""
    _check(viewer)
    rows = session.execute(
        select(
            Visit.id,
            Visit.starts_at,
            Visit.status,
            Visit.modality,
            Visit.began_at,
            Visit.conversion_reason,
            Visit.drops,
        )
        .join(
            Appointment,
            (Appointment.practice_id == Visit.practice_id)
            & (Appointment.id == Visit.appointment_id),
        )
        .where(
            Visit.practice_id == viewer.practice_id,
            Appointment.modality == "video",
            Visit.status.in_(DONE),
            Visit.starts_at >= since,
            Visit.starts_at < until,
        )
        .order_by(Visit.starts_at, Visit.id)
        .execution_options(door=True)
    )
    return [
        Outcome(
            visit_id=row.id,
            starts_at=row.starts_at,
            status=row.status,
            by_phone=row.modality == "phone",
            met=row.began_at is not None,
            why_phone=row.conversion_reason,
            drops=row.drops,
        )
        for row in rows
    ]


def list_noticed(
    session: Session, *, viewer: Principal, since: datetime, until: datetime
) -> list[Signal]:
    """What the pages of those visits noticed, oldest first. NotFound for other roles."""
    _check(viewer)
    rows = session.execute(
        select(
            VisitSignal.visit_id,
            VisitSignal.side,
            VisitSignal.kind,
            VisitSignal.reason,
            VisitSignal.browser,
            VisitSignal.milliseconds,
        )
        .join(
            Visit,
            (Visit.practice_id == VisitSignal.practice_id) & (Visit.id == VisitSignal.visit_id),
        )
        .where(
            VisitSignal.practice_id == viewer.practice_id,
            Visit.status.in_(DONE),
            Visit.starts_at >= since,
            Visit.starts_at < until,
        )
        .order_by(VisitSignal.at, VisitSignal.id)
        .execution_options(door=True)
    )
    return [Signal(*row) for row in rows]


def _check(viewer: Principal) -> None:
    if not holds(viewer, "visit.quality"):
        raise NotFound
