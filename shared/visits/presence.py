"""Who is there: each page says so every few seconds; what both say moves the visit."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared import clock
from shared.access.principal import Principal
from shared.access.visits import get_visit, list_presences
from shared.ids import new_id
from shared.models.visit import Visit, VisitPresence
from shared.models.visit_company import VisitGuestPresence
from shared.visits.attending import begin, drop
from shared.visits.errors import Elsewhere
from shared.visits.here import FRESH, is_here, sides_in_call
from shared.visits.states import Status

__all__ = [
    "FRESH",
    "forget_presences",
    "is_here",
    "note_presence",
    "put_presence",
    "settle_presence",
    "sides_in_call",
]

# Long enough for a visit that goes on past midnight; its times are kept with the visit.
KEPT = timedelta(days=1)
MEETING = frozenset(
    {Status.PATIENT_CHECKED_IN, Status.PRACTITIONER_JOINED, Status.IN_PROGRESS, Status.DROPPED}
)


def note_presence(
    session: Session,
    *,
    visit: Visit,
    side: str,
    place: str,
    by: Principal,
    page: UUID | None = None,
) -> Visit:
    """One page says where its person is. Returns the visit as it stands then.

    `page` is made when a page is rendered (shared.ids.new_id); raises Elsewhere when a newer page
    of the same side speaks, so that nobody is in the room twice.
    """
    now = clock.now()
    if page is not None and _newer_speaks(session, visit, side, page, by):
        raise Elsewhere
    put_presence(session, visit=visit, side=side, place=place, at=now, page=page)
    return settle_presence(session, visit=visit, by=by)


def _newer_speaks(session: Session, visit: Visit, side: str, page: UUID, by: Principal) -> bool:
    since = clock.now() - FRESH
    return any(
        one.side == side and one.seen_at > since and one.page is not None and one.page > page
        for one in list_presences(session, viewer=by, visit=visit)
    )


def put_presence(
    session: Session,
    *,
    visit: Visit,
    side: str,
    place: str,
    at: datetime,
    page: UUID | None = None,
) -> None:
    """Keep where somebody was at a moment; the last word stands."""
    row = insert(VisitPresence).values(
        practice_id=visit.practice_id,
        id=new_id(),
        visit_id=visit.id,
        patient_id=visit.patient_id,
        side=side,
        place=place,
        page=page,
        seen_at=at,
    )
    session.execute(
        row.on_conflict_do_update(
            constraint="uq_visit_presence_side",
            set_={
                "place": row.excluded.place,
                "seen_at": row.excluded.seen_at,
                "page": func.coalesce(row.excluded.page, VisitPresence.page),
            },
        ).execution_options(door=True)
    )


def settle_presence(session: Session, *, visit: Visit, by: Principal) -> Visit:
    """Both in the room: in progress. One silent or outside: dropped. Anything else stays."""
    if Status(visit.status) not in MEETING:
        return visit
    together = sides_in_call(session, visit=visit, by=by) == {"patient", "practitioner"}
    if together == (visit.status == Status.IN_PROGRESS):
        return visit
    locked = get_visit(session, viewer=by, visit_id=visit.id, lock=True)
    if together:
        begin(session, visit=locked, by=by)
    else:
        drop(session, visit=locked)
    return locked


def forget_presences(session: Session, *, practice_id: UUID, at: datetime) -> int:
    """Delete who was where a day ago, guests too; returns how many. Runs as bedside_job."""
    forgotten = 0
    for model in (VisitPresence, VisitGuestPresence):
        old = delete(model).where(model.practice_id == practice_id, model.seen_at < at - KEPT)
        result = session.execute(old.execution_options(door=True, synchronize_session=False))
        forgotten += int(getattr(result, "rowcount", 0))
    return forgotten
