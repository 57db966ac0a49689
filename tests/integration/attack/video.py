"""Visits, rooms and consents of the world, and what their doors are asked."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access import consents, held_visits, video_rooms, visit_guests, visits
from shared.access.principal import Principal
from shared.models.appointment import Appointment
from shared.models.consent import Consent
from shared.models.visit import VideoRoom, VideoRoomHost, Visit, VisitPresence
from shared.models.visit_company import PractitionerDelay, VisitGuest, VisitWord
from tests.people import SEEDED_AT

if TYPE_CHECKING:
    from tests.integration.attack.world import World

FIRST, UNTIL = SEEDED_AT - timedelta(days=30), SEEDED_AT + timedelta(days=30)
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
    _furnish_company(world, session, name, visit)


def _furnish_company(world: "World", session: Session, name: str, visit: Visit) -> None:
    """Somebody invited, a line for who waits, and a practitioner who is late."""
    both = {"practice_id": visit.practice_id, "patient_id": visit.patient_id}
    guest = VisitGuest(
        **both, visit_id=visit.id, kind="interpreter", made_by=visit.id, created_at=visit.starts_at,
        token_hash=hashlib.sha256(name.encode()).digest(), expires_at=visit.ends_at,
    )  # fmt: skip
    word = VisitWord(**both, visit_id=visit.id, said_by=visit.id, said_at=visit.starts_at)
    word.words = f"for {name}"
    late = PractitionerDelay(
        practice_id=visit.practice_id, practitioner_id=visit.practitioner_id, minutes=15,
        said_by=visit.id, said_at=visit.starts_at,
    )  # fmt: skip
    session.add_all([guest, word, late])
    world.call(f"{name}.guest", guest)
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
    for name, key in world.ids.items():
        if name.endswith(".guest"):
            yield (
                f"lock_guest {name}",
                lambda s, v, i=key, n=name: (
                    visit_guests.lock_guest(
                        s,
                        viewer=v,
                        visit=Visit(
                            id=world.ids[n.removesuffix("guest") + "visit"],
                            practice_id=v.practice_id,
                        ),
                        guest_id=i,
                    ).kind
                ),
            )
    for name, person in world.cast.seagrape.practitioners.items():
        for ask in (held_visits.list_coming, held_visits.list_before, held_visits.find_delay):
            yield f"{ask.__name__} {name}", _stretch(ask, person)
    yield (
        "list_waiting",
        lambda s, v: held_visits.list_waiting(s, viewer=v, first=FIRST, until=UNTIL),
    )
    yield "find_own_practitioner", lambda s, v: held_visits.find_own_practitioner(s, viewer=v)
    yield (
        "list_rooms_in_use",
        lambda s, v: [one.meeting_id for one in video_rooms.list_rooms_in_use(s, viewer=v)],
    )
    yield "list_open_visits", lambda s, v: visits.list_open_visits(s, viewer=v)
    yield "list_room_keys", lambda s, v: sorted(video_rooms.list_room_keys(s, viewer=v))


def _stretch(ask: Callable[..., Any], person: UUID) -> Callable[[Session, Principal], Any]:
    """What a door says of one practitioner's days."""
    whose = {"practitioner_id": person}
    if ask is held_visits.list_coming:
        return lambda s, v: ask(s, viewer=v, first=FIRST, until=UNTIL, **whose)
    return lambda s, v: ask(s, viewer=v, since=FIRST, **whose)


def _of_one_visit(appointment_id: UUID, name: str, key: UUID) -> Iterator[Question]:
    for ask in ("access_visit_of", "find_visit_of"):
        yield (
            f"{ask} {name}",
            lambda s, v, i=appointment_id, a=ask: getattr(visits, a)(s, viewer=v, appointment_id=i),
        )
    yield (
        f"access_held_visit {name}",
        lambda s, v: held_visits.access_held_visit(s, viewer=v, visit_id=key).visit,
    )
    yield (
        f"find_held_visit_of {name}",
        lambda s, v: held_visits.find_held_visit_of(s, viewer=v, appointment_id=appointment_id),
    )
    for door in (visit_guests.list_guests, visit_guests.list_words):
        yield (
            f"{door.__name__} {name}",
            lambda s, v, d=door: len(
                d(s, viewer=v, visit=Visit(id=key, practice_id=v.practice_id))
            ),
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
