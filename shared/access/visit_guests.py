"""Doors to who was added to a visit, and to what was said to who waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.held_visits import holds
from shared.access.principal import Principal
from shared.access.theirs import theirs
from shared.events import look
from shared.models.visit import VideoRoom, Visit
from shared.models.visit_company import VisitGuest, VisitGuestPresence, VisitWord


@dataclass(frozen=True, slots=True)
class Invited:
    """A link that is still good: the guest, the visit's state, and the room once there is one."""

    guest: VisitGuest
    status: str
    room: VideoRoom | None
    # When the browser that holds the link last spoke.
    seen_at: datetime | None


def list_guests(session: Session, *, viewer: Principal, visit: Visit) -> Sequence[VisitGuest]:
    """The links that were made for a visit, oldest first; they name nobody, so no look."""
    return (
        session.execute(
            select(VisitGuest)
            .where(
                VisitGuest.practice_id == viewer.practice_id,
                VisitGuest.visit_id == visit.id,
                *theirs(viewer, VisitGuest.patient_id),
            )
            .order_by(VisitGuest.id)
            .execution_options(door=True)
        )
        .scalars()
        .all()
    )


def lock_guest(session: Session, *, viewer: Principal, visit: Visit, guest_id: UUID) -> VisitGuest:
    """One link of the viewer's own visit, to end it. Raises NotFound."""
    row = session.execute(
        select(VisitGuest)
        .join(
            Visit,
            (Visit.practice_id == VisitGuest.practice_id) & (Visit.id == VisitGuest.visit_id),
        )
        .where(
            VisitGuest.practice_id == viewer.practice_id,
            VisitGuest.visit_id == visit.id,
            VisitGuest.id == guest_id,
            holds(viewer, Visit.practitioner_id),
        )
        .with_for_update(of=VisitGuest)
        .execution_options(door=True, populate_existing=True)
    ).scalar_one_or_none()
    if row is None:
        raise NotFound
    return row


def find_invited(
    session: Session, *, practice_id: UUID, token_hash: bytes, at: datetime, lock: bool = False
) -> Invited | None:
    """What a link leads to, for whoever holds it; the gate alone may ask. No names in it."""
    statement = select(VisitGuest).where(
        VisitGuest.practice_id == practice_id,
        VisitGuest.token_hash == token_hash,  # nosemgrep: tools.semgrep.secret-compared-plainly
        VisitGuest.expires_at > at,
        VisitGuest.revoked_at.is_(None),
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    guest = session.execute(statement.execution_options(door=True)).scalar_one_or_none()
    if guest is None:
        return None
    visit, room, seen_at = session.execute(
        select(Visit.status, VideoRoom, VisitGuestPresence.seen_at)
        .outerjoin(
            VisitGuestPresence,
            (VisitGuestPresence.practice_id == Visit.practice_id)
            & (VisitGuestPresence.guest_id == guest.id),
        )
        .outerjoin(
            VideoRoom,
            (VideoRoom.practice_id == Visit.practice_id)
            & (VideoRoom.visit_id == Visit.id)
            & (VideoRoom.status == "ready"),
        )
        .where(Visit.practice_id == practice_id, Visit.id == guest.visit_id)
        .execution_options(door=True)
    ).one()
    return Invited(guest, visit, room, seen_at)


def list_words(session: Session, *, viewer: Principal, visit: Visit) -> Sequence[VisitWord]:
    """What was said to the patient in the waiting room, oldest first."""
    rows = (
        session.execute(
            select(VisitWord)
            .where(
                VisitWord.practice_id == viewer.practice_id,
                VisitWord.visit_id == visit.id,
                *theirs(viewer, VisitWord.patient_id),
            )
            .order_by(VisitWord.said_at, VisitWord.id)
            .execution_options(door=True)
        )
        .scalars()
        .all()
    )
    if rows:
        look(session, "visit.words_viewed", target=visit, patient_id=visit.patient_id)
    return rows
