"""Who is there: each page says so every few seconds; what both say moves the visit."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared import clock
from shared.access.principal import Principal
from shared.access.visits import get_visit, list_presences
from shared.ids import new_id
from shared.models.visit import Visit, VisitPresence
from shared.visits.attending import begin, drop
from shared.visits.errors import Elsewhere
from shared.visits.states import Status

# A page speaks every ten seconds; a page that missed two turns is gone.
FRESH = timedelta(seconds=25)
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


def sides_in_call(session: Session, *, visit: Visit, by: Principal) -> set[str]:
    """Who is inside the room, as their pages said just now."""
    since = clock.now() - FRESH
    return {
        one.side
        for one in list_presences(session, viewer=by, visit=visit)
        if one.place == "call" and one.seen_at > since
    }


def is_here(session: Session, *, visit: Visit, side: str, by: Principal) -> bool:
    """True while that side's page speaks, in the room or before it."""
    since = clock.now() - FRESH
    found = list_presences(session, viewer=by, visit=visit)
    return any(one.side == side and one.seen_at > since for one in found)
