"""Times that are held."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from shared.access import holds
from tests.integration.attack.questions import Question
from tests.integration.attack.world import DAY, NOW, World


def of_holds(world: World) -> Iterator[Question]:
    yield (
        "lock_live_holds",
        lambda s, v: sorted(
            holds.lock_live_holds(s, viewer=v), key=lambda row: (row.hold_expires_at, row.starts_at)
        ),
    )
    for name in ("ana.held", "ana.soon", "cleo.held"):
        yield (
            f"lock_unclaimed_hold {name}",
            lambda s, v, i=world.ids[name]: holds.lock_unclaimed_hold(
                s, practice_id=v.practice_id, appointment_id=i
            ),
        )
    yield (
        "list_own_ranges",
        lambda s, v: [
            f"{(first - NOW).days}d"
            for first, _ in sorted(
                holds.list_own_ranges(s, viewer=v, first=NOW - 10 * DAY, until=NOW + 4 * DAY)
            )
        ],
    )
    yield (
        "list_own_ranges without visits",
        lambda s, v: holds.list_own_ranges(
            s, viewer=replace(v, scopes=frozenset()), first=NOW - 10 * DAY, until=NOW + 4 * DAY
        ),
    )
    for late in (timedelta(minutes=-6), timedelta(), timedelta(minutes=10)):
        yield (
            f"list_expired_holds +{late}",
            lambda s, v, w=late: holds.list_expired_holds(s, viewer=v, at=NOW + w),
        )
    for name, person in world.patients.items():
        yield (
            f"list_holds_of {name}",
            lambda s, v, i=person.id: holds.list_holds_of(
                s, practice_id=v.practice_id, patient_id=i
            ),
        )
        yield (
            f"count_booked_ahead {name}",
            lambda s, v, i=person.id: holds.count_booked_ahead(
                s, practice_id=v.practice_id, patient_id=i
            ),
        )
    for name in (
        "seagrape.mine",
        "seagrape.let-go",
        "seagrape.claimed",
        "ironbound.theirs",
        "ana.held",
    ):
        yield (
            f"find_unclaimed_hold {name}",
            lambda s, v, i=world.ids[name]: holds.find_unclaimed_hold(
                s, practice_id=v.practice_id, appointment_id=i
            ),
        )
