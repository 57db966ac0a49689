"""Attention, addresses, letters, waiting changes, choices and counts of a practice."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from shared.access import addresses, attention, changes, inbox, preferences, suppressions
from tests.integration.attack.house import HOUR, KINDS, SHARED_BIDX
from tests.integration.attack.questions import Question
from tests.integration.attack.world import NOW, World


def _ids(world: World, part: str) -> Iterator[tuple[str, UUID]]:
    yield from ((name, key) for name, key in world.ids.items() if part in name)


def of_house(world: World) -> Iterator[Question]:
    """Attention, addresses, letters and changes, asked one by one and in lists."""
    yield from _of_attention(world)
    yield from _of_letters(world)
    yield from _of_addresses(world)
    for name, person in world.patients.items():
        for lock in (False, True):
            yield (
                f"find_preference {name} {lock}",
                lambda s, v, i=person.id, w=lock: preferences.find_preference(
                    s, viewer=v, patient_id=i, lock=w
                ),
            )
    for name, key in _ids(world, ".address-"):
        yield (
            f"access_suppression {name}",
            lambda s, v, i=key: suppressions.access_suppression(s, viewer=v, suppression_id=i),
        )
    yield (
        "access_suppression locked",
        lambda s, v: suppressions.access_suppression(
            s, viewer=v, suppression_id=world.ids["seagrape.address-now"], lock=True
        ),
    )
    for channel, bidx in (("email", SHARED_BIDX), ("sms", SHARED_BIDX), ("email", b"another")):
        yield (
            f"find_suppression {channel} {bidx.decode()}",
            lambda s, v, c=channel, b=bidx: suppressions.find_suppression(
                s, viewer=v, channel=c, to_bidx=b
            ),
        )
    for name, key in _ids(world, ".change-"):
        for lock in (False, True):
            yield (
                f"access_change {name} {lock}",
                lambda s, v, i=key, w=lock: changes.access_change(s, viewer=v, change_id=i, lock=w),
            )
    for kind in ("message_sender", "payment_setting"):
        yield (
            f"open {kind}",
            lambda s, v, k=kind: changes.find_open_change(s, viewer=v, kind=k),
        )
        yield (
            f"changes of {kind}",
            lambda s, v, k=kind: changes.list_changes(s, viewer=v, kind=k),
        )
    for days in (-30, 0, 30):
        yield (
            f"due {days}",
            lambda s, v, d=days: changes.list_due_changes(s, viewer=v, at=NOW + timedelta(days=d)),
        )


def _of_addresses(world: World) -> Iterator[Question]:
    """Whose records move with an address, and why nothing is mailed to one."""
    people = world.cast.seagrape.patients | world.cast.ironbound.patients
    for name in ("ana", "ben", "carmen", "dale", "cleo", "devon"):
        for what, bidx in ((SHARED_BIDX.decode(), SHARED_BIDX), ("its own", None)):
            yield (
                f"lock_records_of_address {name} {what}",
                lambda s, v, n=name, b=bidx: addresses.lock_records_of_address(
                    s,
                    practice_id=v.practice_id,
                    account_id=people[n].account_id,
                    email_bidx=b or world.addresses.get(n) or b"",
                ),
            )
    known = {name: world.addresses[name] for name in ("ana", "ben")}
    typed = (SHARED_BIDX, b"by text", b"mended", b"nobody's", b"another")
    asked = known | {each.decode(): each for each in typed} | {"none": None}
    for name, bidx in asked.items():
        yield (
            f"why_no_mail {name}",
            lambda s, v, b=bidx: addresses.why_no_mail(s, viewer=v, email_bidx=b),
        )


def _of_attention(world: World) -> Iterator[Question]:
    for name, key in _ids(world, ".item-"):
        for lock in (False, True):
            yield (
                f"access_item {name} {lock}",
                lambda s, v, i=key, w=lock: attention.access_item(
                    s, viewer=v, item_id=i, kinds=KINDS, lock=w
                ),
            )
    for kinds in (KINDS, KINDS[:1], ()):
        yield (
            f"count open {kinds}",
            lambda s, v, k=kinds: attention.count_open_items(s, viewer=v, kinds=k),
        )
        yield (
            f"open items of ana {kinds}",
            lambda s, v, k=kinds: attention.list_open_items(
                s, viewer=v, kinds=k, patient_id=world.patients["ana"].id, descending=True
            ),
        )
        yield (
            f"open items {kinds}",
            lambda s, v, k=kinds: attention.list_open_items(s, viewer=v, kinds=k),
        )
        yield (
            f"ended items {kinds}",
            lambda s, v, k=kinds: attention.list_ended_items(s, viewer=v, kinds=k),
        )
    subjects = [world.cast.seagrape.id, world.cast.ironbound.id]
    subjects += [world.ids[name] for name in ("ana", "cleo", "seagrape.same", "ironbound.same")]
    for kind in (*KINDS, "log_broken"):
        for hours in (1, 24):
            yield (
                f"dealt with {kind} -{hours}",
                lambda s, v, k=kind, h=hours: sorted(
                    world.named(key)
                    for key in attention.list_dealt_with(
                        s, viewer=v, kind=k, subject_ids=subjects, since=NOW - h * HOUR
                    )
                ),
            )
    yield (
        "dealt with one alone",
        lambda s, v: len(
            attention.list_dealt_with(
                s, viewer=v, kind=KINDS[1], subject_ids=[world.ids["ana"]], since=NOW
            )
        ),
    )
    yield (
        "names behind items",
        lambda s, v: sorted(
            world.named(key)
            for key in attention.name_patients(
                s, viewer=v, patient_ids=[one.id for one in world.patients.values()]
            )
        ),
    )
    yield "names of nobody", lambda s, v: attention.name_patients(s, viewer=v, patient_ids=[])


def _of_letters(world: World) -> Iterator[Question]:
    for name, key in _ids(world, ".letter-"):
        for lock in (False, True):
            yield (
                f"access_letter {name} {lock}",
                lambda s, v, i=key, w=lock: inbox.access_letter(s, viewer=v, inbox_id=i, lock=w),
            )
    yield (
        "dead letters of ses",
        lambda s, v: inbox.list_dead_letters(s, viewer=v, source="ses", descending=False),
    )
    yield "dead letters", lambda s, v: inbox.list_dead_letters(s, viewer=v)
    asked: tuple[tuple[tuple[str, ...], str, str | None], ...] = (
        (("dead", "received"), "", None),
        (("dead",), "ses", None),
        (("dead",), "", "unknown reference"),
        (("applied",), "stripe:practice", None),
    )
    for statuses, source, error in asked:
        for first, last in ((30, -1), (30, 1), (1, -1)):
            yield (
                f"letters {statuses} {source} {error} {first} {last}",
                lambda s, v, w=(statuses, source, error), t=(first, last): inbox.list_letter_ids(
                    s, viewer=v, since=_ago(t[0]), until=_ago(t[1]), statuses=w[0], source=w[1],
                    error=w[2],
                ),
            )  # fmt: skip
    for source in ("ses", "stripe:practice"):
        yield (
            f"known events {source}",
            lambda s, v, o=source: sorted(
                inbox.list_known_events(
                    s, viewer=v, source=o, event_ids=["evt-0", "evt-3", "evt-9"]
                )
            ),
        )


def _ago(hours: int) -> datetime:
    return NOW - hours * HOUR
