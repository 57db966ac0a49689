"""Visits by their appointments, their rooms, what was agreed to, and whole stretches."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access import (
    consents,
    held_visits,
    licences,
    video_rooms,
    visit_guests,
    visit_outcomes,
    visits,
)
from shared.access.principal import Principal
from shared.models.visit import VideoRoom, Visit
from tests.integration.attack.questions import Question
from tests.integration.attack.world import DAY, NOW, World

FIRST, UNTIL = NOW - 30 * DAY, NOW + 30 * DAY


def of_video(world: World) -> Iterator[Question]:
    """Visits by their appointments, their rooms, what was agreed to, and whole stretches."""
    for name, key in world.ids.items():
        if name.endswith(".visit"):
            yield from _of_one_visit(world.ids[name.removesuffix(".visit")], name, key)
        elif world.kinds[name] == "VideoRoom":
            yield from _of_one_room(name, key)
    yield from _of_company(world)
    yield from _of_stretches(world)


def _of_company(world: World) -> Iterator[Question]:
    """What was agreed to, guests, and whom a practitioner sees."""
    for name, person in world.patients.items():
        for kind in ("telehealth", "phone"):
            yield (
                f"find_consent {kind} of {name}",
                lambda s, v, i=person.id, k=kind: consents.find_consent(
                    s, viewer=v, patient_id=i, kind=k
                ),
            )


def _of_stretches(world: World) -> Iterator[Question]:
    """For the watch and for who holds visits: what opens, waits, and is left over."""
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
    for door in (visit_outcomes.list_outcomes, visit_outcomes.list_noticed):
        yield (
            door.__name__,
            lambda s, v, d=door: len(d(s, viewer=v, since=FIRST, until=UNTIL)),
        )
    yield (
        "list_licences",
        lambda s, v: sorted(one.state for one in licences.list_licences(s, viewer=v)),
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
