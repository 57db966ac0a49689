"""Visits as who holds them sees them, the waiting list, and a practitioner's day."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from shared.access import held_visits
from tests.integration.attack.questions import Question
from tests.integration.attack.world import DAY, NOW, World

HOUR = timedelta(hours=1)
# Everything; from one visit's start on, up to another's; what was left open; nothing.
STRETCHES = {
    "all": (NOW - 30 * DAY, NOW + 30 * DAY),
    "from ana's on": (NOW + 3 * DAY, NOW + 3 * DAY + HOUR),
    "from older to done": (NOW - 20 * DAY, NOW - 10 * DAY),
    "left open": (NOW + 6 * DAY, NOW + 7 * DAY),
    "nothing": (NOW - DAY, NOW + DAY),
}


def of_held(world: World) -> Iterator[Question]:
    """In stretches of time, then one by one."""
    yield "find_own_practitioner", lambda s, v: held_visits.find_own_practitioner(s, viewer=v)
    for name, (first, until) in STRETCHES.items():
        yield (
            f"list_waiting {name}",
            lambda s, v, f=first, u=until: held_visits.list_waiting(s, viewer=v, first=f, until=u),
        )
    everybody = world.cast.seagrape.practitioners | world.cast.ironbound.practitioners
    for name, person in everybody.items():
        yield from _of_a_practitioner(name, person)
    for name, key in world.ids.items():
        if name.endswith(".visit"):
            yield from _of_one_visit(name, key, world.ids[name.removesuffix(".visit")])


def _of_one_visit(name: str, key: UUID, booked: UUID) -> Iterator[Question]:
    yield (
        f"access_held_visit {name}",
        lambda s, v: held_visits.access_held_visit(s, viewer=v, visit_id=key),
    )
    yield (
        f"find_held_visit_of {name}",
        lambda s, v: held_visits.find_held_visit_of(s, viewer=v, appointment_id=booked),
    )


def _of_a_practitioner(name: str, person: UUID) -> Iterator[Question]:
    for stretch in ("all", "from ana's on", "nothing"):
        first, until = STRETCHES[stretch]
        yield (
            f"list_coming {name} {stretch}",
            lambda s, v, f=first, u=until: held_visits.list_coming(
                s, viewer=v, practitioner_id=person, first=f, until=u
            ),
        )
    for days in (-30, 3, 4, 30):
        for door in (held_visits.list_before, held_visits.find_delay):
            yield (
                f"{door.__name__} {name} since {days}",
                lambda s, v, d=door, w=days: d(
                    s, viewer=v, practitioner_id=person, since=NOW + w * DAY
                ),
            )
