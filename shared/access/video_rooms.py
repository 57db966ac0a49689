"""Doors to the rooms of visits: the guest's way in, the host's, and what their jobs need."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shared.access.held_visits import holds
from shared.access.principal import Principal
from shared.access.theirs import theirs
from shared.events import look
from shared.models.visit import VideoRoom, VideoRoomHost, Visit


@dataclass(frozen=True, slots=True)
class RoomInUse:
    """A room as the vendor is asked about it."""

    id: UUID
    visit_id: UUID
    meeting_id: str
    name: str


SHOWN = ("ready",)
DONE_WITH = ("gone", "failed")


def find_guest_room(session: Session, *, viewer: Principal, visit: Visit) -> VideoRoom | None:
    """The room of a visit that the viewer may see, while it is ready."""
    return session.execute(
        select(VideoRoom)
        .where(
            VideoRoom.practice_id == viewer.practice_id,
            VideoRoom.visit_id == visit.id,
            VideoRoom.status.in_(SHOWN),
            *theirs(viewer, VideoRoom.patient_id),
        )
        .execution_options(door=True)
    ).scalar_one_or_none()


def find_host_url(session: Session, *, viewer: Principal, room: VideoRoom) -> str | None:
    """The host's address of a room, for the practitioner of its visit and for nobody else.

    The database says so too.
    """
    row = session.execute(
        select(VideoRoomHost)
        .join(
            VideoRoom,
            (VideoRoom.practice_id == VideoRoomHost.practice_id)
            & (VideoRoom.id == VideoRoomHost.room_id),
        )
        .join(
            Visit,
            (Visit.practice_id == VideoRoom.practice_id) & (Visit.id == VideoRoom.visit_id),
        )
        .where(
            VideoRoomHost.practice_id == viewer.practice_id,
            VideoRoomHost.room_id == room.id,
            holds(viewer, Visit.practitioner_id),
        )
        .execution_options(door=True)
    ).scalar_one_or_none()
    if row is None:
        return None
    look(session, "visit.host_viewed", target=room, patient_id=room.patient_id)
    return str(row.url)


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


def find_visit_id_of(session: Session, *, viewer: Principal, room_id: UUID) -> UUID | None:
    """Whose room it is: a visit is locked before its rooms, so that no two wait for each other."""
    return session.execute(
        select(VideoRoom.visit_id)
        .where(
            VideoRoom.practice_id == viewer.practice_id,
            VideoRoom.id == room_id,
            *theirs(viewer, VideoRoom.patient_id),
        )
        .execution_options(door=True)
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


def list_rooms_in_use(session: Session, *, viewer: Principal) -> list[RoomInUse]:
    """Rooms somebody may be in: ready, and somebody has come to the visit; for the poll."""
    rows = session.execute(
        select(VideoRoom.id, VideoRoom.visit_id, VideoRoom.meeting_id, VideoRoom.name)
        .join(
            Visit,
            (Visit.practice_id == VideoRoom.practice_id) & (Visit.id == VideoRoom.visit_id),
        )
        .where(
            VideoRoom.practice_id == viewer.practice_id,
            VideoRoom.status.in_(SHOWN),
            Visit.torn_down_at.is_(None),
            or_(Visit.checked_in_at.is_not(None), Visit.practitioner_joined_at.is_not(None)),
            *theirs(viewer, VideoRoom.patient_id),
        )
        .order_by(VideoRoom.id)
        .execution_options(door=True)
    )
    return [RoomInUse(row.id, row.visit_id, row.meeting_id or "", row.name or "") for row in rows]


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
