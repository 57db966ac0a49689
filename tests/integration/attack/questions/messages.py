"""What was sent, to whom, and what was never heard of."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from shared.access import dispatches
from tests.integration.attack.questions import Question
from tests.integration.attack.world import NOW, World


def of_messages(world: World) -> Iterator[Question]:
    for name, key in world.ids.items():
        if ".mail-" not in name:
            continue
        number = ("queued", "delivered", "bounced", "sending").index(name.partition(".mail-")[2])
        whose = name.partition(".")[0]
        yield (
            f"access_dispatch {name}",
            lambda s, v, i=key: dispatches.access_dispatch(s, viewer=v, dispatch_id=i),
        )
        yield (
            f"by key {name}",
            lambda s, v, k=f"key-{number}-{whose}": dispatches.find_dispatch_by_key(
                s, viewer=v, dedupe_key=k
            ),
        )
        yield (
            f"by message id {name}",
            lambda s, v, k=f"m-{number}-{whose}": dispatches.find_dispatch_by_message_id(
                s, viewer=v, message_id=k
            ),
        )
        yield (
            f"access_dispatch {name} locked",
            lambda s, v, i=key: dispatches.access_dispatch(s, viewer=v, dispatch_id=i, lock=True),
        )
    yield from _of_the_house()
    yield (
        "sent to viewer without messages",
        lambda s, v: dispatches.list_sent_to_viewer(s, viewer=replace(v, scopes=frozenset())),
    )
    yield "sent to viewer", lambda s, v: dispatches.list_sent_to_viewer(s, viewer=v)
    for name, person in world.patients.items():
        yield (
            f"sent to {name}",
            lambda s, v, i=person.id: dispatches.list_patient_dispatches(
                s, viewer=v, patient_id=i, limit=3
            ),
        )
        yield (
            f"sent to {name} before",
            lambda s, v, i=person.id, b=f"{name}.mail-delivered": (
                dispatches.list_patient_dispatches(s, viewer=v, patient_id=i, before=world.ids[b])
            ),
        )
    for states in (("queued",), ("sending",), ("sending", "queued")):
        yield (
            f"unsettled {states}",
            lambda s, v, w=states: dispatches.list_unsettled_dispatch_ids(
                s, viewer=v, statuses=w, before=NOW - timedelta(minutes=30), limit=5
            ),
        )


def _of_the_house() -> Iterator[Question]:
    """Mail that went to no patient, and what was never heard of."""
    for template in ("operations_test", "change_due", "booking_confirmed"):
        yield (
            f"recent {template}",
            lambda s, v, t=template: dispatches.list_recent_of_template(
                s, viewer=v, template=t, limit=20
            ),
        )
    for hours in (2, 24 * 4, 24 * 30):
        yield (
            f"unheard -{hours}",
            lambda s, v, h=hours: dispatches.list_unheard_dispatch_ids(
                s, viewer=v, before=NOW - h * timedelta(hours=1)
            ),
        )
    for states in (("queued",), ("sent",)):
        yield (
            f"unsettled long ago {states}",
            lambda s, v, w=states: dispatches.list_unsettled_dispatch_ids(
                s, viewer=v, statuses=w, before=NOW - 24 * timedelta(hours=1), limit=50
            ),
        )
