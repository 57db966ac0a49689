"""The bones of a notification name nobody."""

import json

from hypothesis import given
from hypothesis import strategies as some

from shared.inbound.anatomy import MOST_LINES, anatomy

EVENT = {
    "id": "evt_1Q2w3E4r5T",
    "object": "event",
    "type": "checkout.session.completed",
    "created": 1799073000,
    "livemode": False,
    "data": {
        "object": {
            "id": "cs_test_a1b2c3d4",
            "customer_details": {"email": "ana@patients.example", "name": "Ana Whitfield"},
            "amount_total": 15000,
            "payment_status": "paid",
            "metadata": {"practice": "0192f6c1-8a6e-7c3d-9f10-2b7e5c1d4a90", "ana": None},
        }
    },
    "at": "2027-01-04T13:00:00Z",
}


def test_ids_kinds_and_numbers_are_shown_and_persons_measured() -> None:
    bones = {bone.path: bone for bone in anatomy(json.dumps(EVENT))}
    assert bones["id"].shown == "evt_1Q2w3E4r5T"
    assert bones["type"].shown == "checkout.session.completed"
    assert bones["data.object.payment_status"].shown == "paid"
    assert bones["data.object.metadata.practice"].kind == "id"
    assert bones["data.object.metadata.ana"].kind == "nothing"
    assert bones["at"].kind == "moment"
    assert bones["livemode"].shown == "false"
    email = bones["data.object.customer_details.email"]
    assert (email.kind, email.shown) == ("text of 20 characters", None)
    assert "Ana" not in str(anatomy(json.dumps(EVENT)))


def test_what_is_no_json_is_measured() -> None:
    assert [bone.kind for bone in anatomy("Hello Ana")] == ["text of 9 characters"]
    assert anatomy("[" * 100_000)[0].kind.startswith("text of")


def test_it_is_bounded() -> None:
    assert len(anatomy(json.dumps(list(range(1000))))) == MOST_LINES
    deep: object = 1
    for _ in range(50):
        deep = {"a": deep}
    assert anatomy(json.dumps(deep))[-1].kind == "more"


SECRET = "Zq Whitfield@patients.example"
JSON = some.recursive(
    some.none() | some.booleans() | some.just(SECRET),
    lambda inner: (
        some.lists(inner, max_size=3)
        | some.dictionaries(some.sampled_from(["a", "type", "id", SECRET]), inner, max_size=3)
    ),
    max_leaves=20,
)


@given(JSON)
def test_no_shape_shows_a_persons_words(value: object) -> None:
    assert "Whitfield" not in str(anatomy(json.dumps(value)))
