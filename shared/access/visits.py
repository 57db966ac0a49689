"""Doors to visits, their rooms and who is there: the patient's own, the desk's of the practice."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from shared.access.appointments import seen_by
from shared.access.errors import NotFound
from shared.access.principal import Principal
from shared.access.theirs import theirs
from shared.events import look
from shared.models.appointment import Appointment
from shared.models.visit import LicenceOverride, VideoRoom, VideoRoomHost, Visit, VisitPresence

SHOWN_ROOM = ("ready",)
DONE_WITH = ("gone", "failed")


def access_visit_of(session: Session, *, viewer: Principal, appointment_id: UUID) -> Visit:
    """The visit of an appointment, for a person to read. Raises NotFound."""
    row = _one(session, viewer, Visit.appointment_id == appointment_id, lock=False)
    if row is None:
        raise NotFound
    look(session, "visit.viewed", target=row, patient_id=row.patient_id)
    return row


def find_visit_of(
    session: Session, *, viewer: Principal, appointment_id: UUID, lock: bool = False
) -> Visit | None:
    """The visit of an appointment, None before it was opened; for services, so no look."""
    return _one(session, viewer, Visit.appointment_id == appointment_id, lock=lock)


def get_visit(session: Session, *, viewer: Principal, visit_id: UUID, lock: bool = False) -> Visit:
    """A visit as services and the pages' beats need it: its state only, so no look.

    Raises NotFound.
    """
    row = _one(session, viewer, Visit.id == visit_id, lock=lock)
    if row is None:
        raise NotFound
    return row


def list_open_visits(session: Session, *, viewer: Principal) -> Sequence[Visit]:
    """Visits that are not torn down yet, for the watch; so no look."""
    return (
        session.execute(
            select(Visit)
            .where(
                Visit.practice_id == viewer.practice_id,
                Visit.torn_down_at.is_(None),
                *visits_seen_by(viewer),
            )
            .order_by(Visit.starts_at, Visit.id)
            .execution_options(door=True)
        )
        .scalars()
        .all()
    )


def list_opening(
    session: Session, *, viewer: Principal, since: datetime, until: datetime
) -> Sequence[Appointment]:
    """Booked appointments that begin in a stretch and have no visit yet, for the watch."""
    known = exists().where(
        Visit.practice_id == Appointment.practice_id, Visit.appointment_id == Appointment.id
    )
    return (
        session.execute(
            select(Appointment)
            .where(
                Appointment.practice_id == viewer.practice_id,
                Appointment.starts_at >= since,
                Appointment.starts_at <= until,
                Appointment.status == "booked",
                ~known,
            )
            .order_by(Appointment.starts_at, Appointment.id)
            .execution_options(door=True)
        )
        .scalars()
        .all()
    )


def lock_appointment_of(session: Session, *, viewer: Principal, visit: Visit) -> Appointment:
    """The visit's appointment, locked, for the step that moves both; so no look."""
    return session.execute(
        select(Appointment)
        .where(
            Appointment.practice_id == viewer.practice_id,
            Appointment.id == visit.appointment_id,
            *seen_by(viewer),
        )
        .with_for_update()
        .execution_options(door=True, populate_existing=True)
    ).scalar_one()


def list_visits(
    session: Session, *, viewer: Principal, since: datetime, until: datetime
) -> Sequence[Visit]:
    """Visits that begin in a stretch of time, soonest first."""
    rows = (
        session.execute(
            select(Visit)
            .where(
                Visit.practice_id == viewer.practice_id,
                Visit.starts_at >= since,
                Visit.starts_at < until,
                *visits_seen_by(viewer),
            )
            .order_by(Visit.starts_at)
            .execution_options(door=True)
        )
        .scalars()
        .all()
    )
    for row in rows:
        look(session, "visit.viewed", target=row, patient_id=row.patient_id)
    return rows


def find_guest_room(session: Session, *, viewer: Principal, visit: Visit) -> VideoRoom | None:
    """The room of a visit that the viewer may see, while it is ready."""
    return session.execute(
        select(VideoRoom)
        .where(
            VideoRoom.practice_id == viewer.practice_id,
            VideoRoom.visit_id == visit.id,
            VideoRoom.status.in_(SHOWN_ROOM),
            *theirs(viewer, VideoRoom.patient_id),
        )
        .execution_options(door=True)
    ).scalar_one_or_none()


def find_host_url(session: Session, *, viewer: Principal, room: VideoRoom) -> str | None:
    """The host's address of a room. The database refuses it to everybody but a clinician."""
    row = session.execute(
        select(VideoRoomHost)
        .where(
            VideoRoomHost.practice_id == viewer.practice_id,
            VideoRoomHost.room_id == room.id,
        )
        .execution_options(door=True)
    ).scalar_one_or_none()
    if row is None:
        return None
    look(session, "visit.host_viewed", target=room, patient_id=room.patient_id)
    return str(row.url)


def list_presences(session: Session, *, viewer: Principal, visit: Visit) -> list[VisitPresence]:
    """Where each side's page was when it last spoke."""
    return list(
        session.execute(
            select(VisitPresence)
            .where(
                VisitPresence.practice_id == viewer.practice_id,
                VisitPresence.visit_id == visit.id,
                *theirs(viewer, VisitPresence.patient_id),
            )
            .execution_options(door=True, populate_existing=True)
        ).scalars()
    )


def _one(
    session: Session, viewer: Principal, which: ColumnElement[bool], *, lock: bool
) -> Visit | None:
    statement = select(Visit).where(
        Visit.practice_id == viewer.practice_id, which, *visits_seen_by(viewer)
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return session.execute(statement.execution_options(door=True)).scalar_one_or_none()


def has_override(session: Session, *, viewer: Principal, visit: Visit) -> bool:
    """True when a clinician let this visit go on without a licence; shows nothing else."""
    found = session.execute(
        select(LicenceOverride.id)
        .where(
            LicenceOverride.practice_id == viewer.practice_id,
            LicenceOverride.visit_id == visit.id,
        )
        .execution_options(door=True)
    ).scalar_one_or_none()
    return found is not None


def visits_seen_by(viewer: Principal) -> tuple[ColumnElement[bool], ...]:
    """The conditions that keep a viewer to what they may see; row-level security says it again."""
    return theirs(viewer, Visit.patient_id)


def lock_room(session: Session, *, viewer: Principal, room_id: UUID) -> VideoRoom | None:
    """A room, locked, for the job that makes or removes it. Shows nothing to anybody."""
    return session.execute(
        select(VideoRoom)
        .where(
            VideoRoom.practice_id == viewer.practice_id,
            VideoRoom.id == room_id,
            *theirs(viewer, VideoRoom.patient_id),
        )
        .with_for_update()
        .execution_options(door=True, populate_existing=True)
    ).scalar_one_or_none()


def find_room_by_meeting(
    session: Session, *, viewer: Principal, meeting_id: str
) -> VideoRoom | None:
    """The room the vendor's news is about."""
    return session.execute(
        select(VideoRoom)
        .where(
            VideoRoom.practice_id == viewer.practice_id,
            VideoRoom.meeting_id == meeting_id,
            *theirs(viewer, VideoRoom.patient_id),
        )
        .execution_options(door=True)
    ).scalar_one_or_none()


def list_rooms_of(session: Session, *, viewer: Principal, visit_id: UUID) -> list[VideoRoom]:
    """Rooms of a visit that may still exist at the vendor, locked."""
    return list(
        session.execute(
            select(VideoRoom)
            .where(
                VideoRoom.practice_id == viewer.practice_id,
                VideoRoom.visit_id == visit_id,
                *theirs(viewer, VideoRoom.patient_id),
                VideoRoom.status.not_in(DONE_WITH),
            )
            .order_by(VideoRoom.id)
            .with_for_update()
            .execution_options(door=True, populate_existing=True)
        ).scalars()
    )


def find_latest_room(session: Session, *, viewer: Principal, visit_id: UUID) -> VideoRoom | None:
    """The last room a visit was given, whatever became of it; for services, so no look."""
    return session.execute(
        select(VideoRoom)
        .where(
            VideoRoom.practice_id == viewer.practice_id,
            VideoRoom.visit_id == visit_id,
            *theirs(viewer, VideoRoom.patient_id),
        )
        .order_by(VideoRoom.created_at.desc(), VideoRoom.id.desc())
        .limit(1)
        .execution_options(door=True)
    ).scalar_one_or_none()


def list_room_keys(session: Session, *, viewer: Principal) -> dict[str, str]:
    """Key and status of every room that is not known to be gone, for the sweep of orphans."""
    rows = session.execute(
        select(VideoRoom.key, VideoRoom.status)
        .where(
            VideoRoom.practice_id == viewer.practice_id,
            VideoRoom.status != "gone",
            *theirs(viewer, VideoRoom.patient_id),
        )
        .execution_options(door=True)
    )
    return {row.key: row.status for row in rows}


def list_rooms_in(
    session: Session, *, viewer: Principal, statuses: Sequence[str], before: datetime
) -> list[UUID]:
    """Rooms that stand in a status since before a moment: work that was forgotten."""
    return list(
        session.execute(
            select(VideoRoom.id)
            .where(
                VideoRoom.practice_id == viewer.practice_id,
                VideoRoom.status.in_(statuses),
                VideoRoom.created_at < before,
                *theirs(viewer, VideoRoom.patient_id),
            )
            .execution_options(door=True)
        ).scalars()
    )
