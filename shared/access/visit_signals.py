"""Doors to how video visits went."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.access.principal import Principal
from shared.access.theirs import theirs
from shared.models.visit import Visit
from shared.models.visit_signal import VisitSignal


def list_signals(
    session: Session, *, viewer: Principal, since: datetime, until: datetime
) -> Sequence[VisitSignal]:
    """What pages noticed in a stretch of time, oldest first: for counting, so no look."""
    return (
        session.execute(
            select(VisitSignal)
            .where(
                VisitSignal.practice_id == viewer.practice_id,
                VisitSignal.at >= since,
                VisitSignal.at < until,
                *theirs(viewer, VisitSignal.patient_id),
            )
            .order_by(VisitSignal.at, VisitSignal.id)
            .execution_options(door=True)
        )
        .scalars()
        .all()
    )


def list_signals_of(session: Session, *, viewer: Principal, visit: Visit) -> Sequence[VisitSignal]:
    """What was noticed about one visit, oldest first; for services, so no look."""
    return (
        session.execute(
            select(VisitSignal)
            .where(
                VisitSignal.practice_id == viewer.practice_id,
                VisitSignal.visit_id == visit.id,
                *theirs(viewer, VisitSignal.patient_id),
            )
            .order_by(VisitSignal.at, VisitSignal.id)
            .execution_options(door=True)
        )
        .scalars()
        .all()
    )
