"""What time does to visits: doors open, absences are seen, cancelled and moved visits follow."""

from datetime import timedelta

from sqlalchemy.orm import Session

from shared import clock
from shared.access.principal import Principal
from shared.access.visits import get_visit, list_open_visits, list_opening, lock_appointment_of
from shared.models.visit import Visit
from shared.visits.attending import CLOSES_AFTER, OPENS_BEFORE, call_off, move_visit, open_visit
from shared.visits.presence import settle_presence
from shared.visits.rooms import close_rooms, want_room
from shared.visits.states import OVER, Status

# A visit that nobody ended, long after its time and with nobody there, is not going on.
LATE = timedelta(hours=6)


def watch_visits(session: Session, *, by: Principal) -> None:
    """Open the visits whose door opens now and look at every one that is not torn down."""
    now = clock.now()
    # Also those that a worker who was away has missed, while somebody may still come.
    since = now - CLOSES_AFTER
    for row in list_opening(session, viewer=by, since=since, until=now + OPENS_BEFORE):
        open_visit(session, appointment=row, by=by)
    for visit in list_open_visits(session, viewer=by):
        _look_at(session, visit, by)


def _look_at(session: Session, found: Visit, by: Principal) -> None:
    # Its visit first, then its appointment, as every step of a visit does.
    visit = get_visit(session, viewer=by, visit_id=found.id, lock=True)
    if Status(visit.status) in OVER:
        close_rooms(session, visit=visit, by=by)
        return
    row = lock_appointment_of(session, viewer=by, visit=visit)
    if row.status in {"cancelled", "entered-in-error"}:
        call_off(session, visit=visit, by=by)
    elif row.starts_at != visit.starts_at:
        move_visit(session, visit=visit, appointment=row, by=by)
    else:
        settle_presence(session, visit=visit, by=by)
        if visit.starts_at - OPENS_BEFORE <= clock.now() < visit.ends_at + LATE:
            want_room(session, visit=visit, by=by)
