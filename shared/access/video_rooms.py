"""Doors to the rooms of visits: the guest's way in, the host's, and what their jobs need."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.access.principal import Principal
from shared.access.theirs import theirs
from shared.events import look
from shared.models.visit import VideoRoom, VideoRoomHost, Visit

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
