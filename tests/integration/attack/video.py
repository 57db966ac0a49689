"""Visits, rooms and consents of the world, and what their doors are asked."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access import consents, video_rooms, visits
from shared.access.principal import Principal
from shared.models.appointment import Appointment
from shared.models.consent import Consent
from shared.models.visit import VideoRoom, VideoRoomHost, Visit, VisitPresence

if TYPE_CHECKING:
    from tests.integration.attack.world import World

Question = tuple[str, Callable[[Session, Principal], Any]]


def furnish_visit(world: "World", session: Session, name: str, booked: Appointment) -> None:
    """The visit of an appointment, "ana.soon.visit", with a room that is ready."""
    both = {"practice_id": booked.practice_id, "patient_id": booked.patient_id}
    visit = Visit(
        **both, appointment_id=booked.id, practitioner_id=booked.practitioner_id,
        status="scheduled", modality="video", starts_at=booked.starts_at, ends_at=booked.ends_at,
        late_minutes=0, drops=0, created_at=booked.created_at,
    )  # fmt: skip
    session.add(world.call(f"{name}.visit", visit))
    session.flush()
    room = VideoRoom(
        **both, visit_id=visit.id, status="ready", key="key-" + name.replace(".", "-"),
        meeting_id=f"meeting-{name}", attempts=1, created_at=booked.created_at,
    )  # fmt: skip
    session.add(world.call(f"{name}.room", room))
    session.flush()
    host = VideoRoomHost(practice_id=booked.practice_id, room_id=room.id)
    host.url = f"https://host/{name}"
    there = VisitPresence(
        practice_id=booked.practice_id, visit_id=visit.id, patient_id=booked.patient_id,
        side="patient", place="waiting", seen_at=booked.created_at,
    )  # fmt: skip
    agreed = Consent(
        **both, kind="telehealth", version="1", text_sha256=b"\0" * 32, signed_at=booked.created_at
    )
    session.add_all([host, there, agreed])
    world.call(f"{name}.consent", agreed)
    session.flush()


def of_video(world: "World") -> Iterator[Question]:
    """Visits by their appointments, their rooms, what was agreed to, and whole stretches."""
    for name, key in world.ids.items():
        if name.endswith(".visit"):
            yield from _of_one_visit(world.ids[name.removesuffix(".visit")], name, key)
        elif name.endswith(".room"):
            yield from _of_one_room(name, key)
    for name, person in world.patients.items():
        for kind in ("telehealth", "phone"):
            yield (
                f"find_consent {kind} of {name}",
                lambda s, v, i=person.id, k=kind: consents.find_consent(
                    s, viewer=v, patient_id=i, kind=k
                ),
            )
    yield "list_open_visits", lambda s, v: visits.list_open_visits(s, viewer=v)
    yield "list_room_keys", lambda s, v: sorted(video_rooms.list_room_keys(s, viewer=v))


def _of_one_visit(appointment_id: UUID, name: str, key: UUID) -> Iterator[Question]:
    for ask in ("access_visit_of", "find_visit_of"):
        yield (
            f"{ask} {name}",
            lambda s, v, i=appointment_id, a=ask: getattr(visits, a)(s, viewer=v, appointment_id=i),
        )
    yield f"get_visit {name}", lambda s, v: visits.get_visit(s, viewer=v, visit_id=key)
    for ask in (video_rooms.find_guest_room, visits.has_override):
        yield (
            f"{ask.__name__} {name}",
            lambda s, v, a=ask: a(s, viewer=v, visit=Visit(id=key, practice_id=v.practice_id)),
        )
    yield (
        f"list_presences {name}",
        lambda s, v: [
            one.side
            for one in visits.list_presences(
                s, viewer=v, visit=Visit(id=key, practice_id=v.practice_id)
            )
        ],
    )
    yield f"list_rooms_of {name}", lambda s, v: video_rooms.list_rooms_of(s, viewer=v, visit_id=key)


def _of_one_room(name: str, key: UUID) -> Iterator[Question]:
    yield f"lock_room {name}", lambda s, v: video_rooms.lock_room(s, viewer=v, room_id=key)
    meeting = f"meeting-{name.removesuffix('.room')}"
    yield (
        f"room by {meeting}",
        lambda s, v: video_rooms.find_room_by_meeting(s, viewer=v, meeting_id=meeting),
    )
    yield (
        f"find_host_url {name}",
        lambda s, v: video_rooms.find_host_url(
            s, viewer=v, room=VideoRoom(id=key, practice_id=v.practice_id)
        ),
    )
