"""The life of a dispatch, step by step and in every order of notices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.events import read_event
from shared.messaging.states import ENDS, OWN_STEPS, RANK, NotAllowed, check_step, may_become
from shared.models.dispatch import STATUSES

NOTICES = ("sent", "deferred", "delivered", "bounced", "suppressed", "complained")


def settle(start: str, notices: list[str]) -> str:
    status = start
    for following in notices:
        if may_become(status, following):
            status = following
    return status


@given(st.sampled_from(["sending", "unknown", "sent"]), st.lists(st.sampled_from(NOTICES)))
def test_the_end_depends_on_what_was_told_and_not_on_its_order(
    start: str, notices: list[str]
) -> None:
    rank = RANK[settle(start, notices)]
    assert rank == RANK[settle(start, sorted(notices))]
    assert rank == RANK[settle(start, notices + notices)]


@given(st.sampled_from(sorted(ENDS)), st.lists(st.sampled_from([*NOTICES, "failed"])))
def test_an_end_is_an_end(start: str, notices: list[str]) -> None:
    assert settle(start, notices) == start


def test_a_vendors_rejection_comes_before_any_delivery_only() -> None:
    assert may_become("sent", "failed")
    assert may_become("unknown", "failed")
    assert not may_become("delivered", "failed")
    assert not may_become("queued", "delivered")


def test_a_step_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(NotAllowed):
        check_step("delivered", "queued")


def test_every_status_is_known_to_the_table() -> None:
    for status, following in OWN_STEPS.items():
        assert {status} | following <= set(STATUSES)
        for each in following:
            check_step(status, each)
    assert set(RANK) | ENDS | {"queued"} == set(STATUSES)


def test_notices_of_the_vendors_documentation_are_read() -> None:
    def bounce(kind: str, detail: str) -> dict[str, object]:
        return {
            "eventType": "Bounce",
            "bounce": {"bounceType": kind, "bounceSubType": detail},
        }

    assert read_event(bounce("Transient", "MailboxFull")) == ("bounced", "transient_mailbox_full")
    assert read_event(bounce("Undetermined", "Undetermined")) == (
        "bounced",
        "undetermined_undetermined",
    )
    assert read_event(bounce("Permanent", "Suppressed")) == ("suppressed", "suppressed")
    assert read_event({"eventType": "Reject"}) == ("failed", "rejected_by_vendor")
    assert read_event(
        {"eventType": "DeliveryDelay", "deliveryDelay": {"delayType": "MailboxFull"}}
    ) == ("deferred", "mailbox_full")
    listed = {
        "eventType": "Complaint",
        "complaint": {"complaintSubType": "OnAccountSuppressionList"},
    }
    assert read_event(listed) == ("suppressed", "on_account_suppression_list")
    assert read_event({"eventType": "Rendering Failure"}) is None
