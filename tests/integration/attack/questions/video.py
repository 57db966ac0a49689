"""Visits by their appointments, their rooms, what was agreed to."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from shared.access import consents, video_rooms, visits
from shared.models.appointment import Appointment
from shared.models.visit import VideoRoom, Visit
from tests.integration.attack.questions import Question
from tests.integration.attack.world import DAY, NOW, World


def of_video(world: World) -> Iterator[Question]:
    """One by one, and what the watch and the jobs ask of all of them."""
    for name, key in world.ids.items():
        if name.endswith((".soon.visit", ".done.visit")):
            yield from _of_one_visit(world.ids[name.removesuffix(".visit")], name, key)
        elif world.kinds[name] == "VideoRoom":
            yield from _of_one_room(name, key)
    for name, person in world.patients.items():
        for kind in ("telehealth", "phone"):
            yield (
                f"find_consent {kind} of {name}",
                lambda s, v, i=person.id, k=kind: consents.find_consent(
                    s, viewer=v, patient_id=i, kind=k
                ),
            )
    yield from _of_all(world)


def _of_all(world: World) -> Iterator[Question]:
    """For the watch: what opens, and what is left over."""
    for days in (2, 5):
        yield (
            f"list_opening {days}",
            lambda s, v, w=days: visits.list_opening(
                s, viewer=v, since=NOW + w * DAY, until=NOW + (w + 4) * DAY
            ),
        )
    for statuses in (("ready",), ("failed", "gone")):
        for days in (31, 30, 29):
            yield (
                f"list_rooms_in {statuses} -{days}",
                lambda s, v, w=statuses, d=days: sorted(
                    world.named(key)
                    for key in video_rooms.list_rooms_in(
                        s, viewer=v, statuses=w, before=NOW - d * DAY + timedelta(hours=12)
                    )
                ),
            )
    yield (
        "list_rooms_in_use",
        lambda s, v: [
            f"{one.meeting_id}/{one.name}" for one in video_rooms.list_rooms_in_use(s, viewer=v)
        ],
    )
    yield "list_open_visits", lambda s, v: visits.list_open_visits(s, viewer=v)
    yield (
        "list_open_visits for who may not see visits",
        lambda s, v: visits.list_open_visits(s, viewer=replace(v, scopes=frozenset())),
    )
    yield "list_room_keys", lambda s, v: sorted(video_rooms.list_room_keys(s, viewer=v))


def _of_one_visit(appointment_id: UUID, name: str, key: UUID) -> Iterator[Question]:
    yield (
        f"find_visit_of {name}",
        lambda s, v: visits.find_visit_of(s, viewer=v, appointment_id=appointment_id),
    )
    yield (
        f"modality_of {name}",
        lambda s, v: visits.modality_of(
            s,
            viewer=v,
            appointment=Appointment(
                id=appointment_id, patient_id=v.patient_id, modality="not told"
            ),
        ),
    )
    for lock in (False, True):
        yield (
            f"get_visit {name} {lock}",
            lambda s, v, w=lock: visits.get_visit(s, viewer=v, visit_id=key, lock=w),
        )
    yield (
        f"lock_appointment_of {name}",
        lambda s, v: visits.lock_appointment_of(
            s, viewer=v, visit=Visit(practice_id=v.practice_id, appointment_id=appointment_id)
        ),
    )
    yield (
        f"find_latest_room {name}",
        lambda s, v: video_rooms.find_latest_room(s, viewer=v, visit_id=key),
    )
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
    yield (
        f"find_visit_id_of {name}",
        lambda s, v: video_rooms.find_visit_id_of(s, viewer=v, room_id=key),
    )
    meeting = f"meeting-{name}"
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
