"""What the vendor tells afterwards: any order, twice, for other practices, for nothing of ours."""

from itertools import permutations
from typing import Any

import pytest

from shared.access.dispatches import access_dispatch, list_patient_dispatches
from shared.access.errors import NotFound
from shared.config import Settings
from shared.db import open_session
from shared.messaging import Applied, ses_practice_id
from tests.integration.messaging.post import (
    Post,
    ask,
    bounce,
    notice,
    read,
    tell,
    told,
    work,
)
from tests.people import Cast, PracticeOf


@pytest.fixture
def practice(cast: Cast) -> PracticeOf:
    return cast.seagrape


@pytest.fixture
def sent(practice: PracticeOf, settings: Settings, post: Post) -> Any:
    dispatch_id = ask(practice)
    work(practice, settings, dispatch_id)
    return dispatch_id


def test_a_notice_told_twice_is_applied_once(practice: PracticeOf, sent: Any) -> None:
    delivered = notice(practice, sent, "Delivery")
    assert tell(practice, delivered) is Applied.CHANGED
    before = read(practice, sent).settled_at
    assert tell(practice, delivered) is Applied.NOTHING_NEW
    assert read(practice, sent).settled_at == before
    assert [action for action, _ in told(practice)].count("dispatch.delivered") == 1


def test_any_order_ends_in_the_same_place(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    orders = permutations(("Send", "DeliveryDelay", "Delivery", "Complaint"))
    for number, order in enumerate(orders):
        dispatch_id = ask(practice, to=f"person-{number}@patients.example")
        work(practice, settings, dispatch_id)
        for kind in order:
            tell(practice, notice(practice, dispatch_id, kind))
        assert read(practice, dispatch_id).status == "complained", order


def test_a_bounce_is_kept_with_its_kind(practice: PracticeOf, sent: Any) -> None:
    tell(practice, bounce(practice, sent))
    tell(practice, notice(practice, sent, "Delivery"))
    row = read(practice, sent)
    assert (row.status, row.reason) == ("bounced", "permanent_no_email")


def test_mail_the_vendor_withheld_says_so(practice: PracticeOf, sent: Any) -> None:
    details = {"bounceType": "Permanent", "bounceSubType": "OnAccountSuppressionList"}
    tell(practice, notice(practice, sent, "Bounce", bounce=details))
    assert read(practice, sent).status == "suppressed"


def test_not_spam_is_no_complaint(practice: PracticeOf, sent: Any) -> None:
    kind = {"complaintFeedbackType": "not-spam"}
    event = notice(practice, sent, "Complaint", complaint=kind)
    assert tell(practice, event) is Applied.NOT_USED
    assert read(practice, sent).status == "sent"


def test_a_notice_without_tags_finds_the_mail_by_the_vendors_id(
    practice: PracticeOf, sent: Any
) -> None:
    event = {"notificationType": "Delivery", "mail": {"messageId": "ses-1"}}
    assert ses_practice_id(event) is None
    assert tell(practice, event) is Applied.CHANGED
    assert read(practice, sent).status == "delivered"


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"eventType": "Delivery"},
        {"eventType": "Delivery", "mail": {"messageId": "nobody's"}},
        {"eventType": "Delivery", "mail": {"tags": {"dispatch": ["not-a-uuid"]}}},
        {"eventType": "Delivery", "mail": {"tags": {"dispatch": []}, "messageId": None}},
        {"eventType": "Open", "mail": {"messageId": "ses-1"}},
    ],
)
def test_a_notice_about_nothing_of_ours_changes_nothing(
    practice: PracticeOf, sent: Any, event: dict[str, Any]
) -> None:
    assert tell(practice, event) in {Applied.NOT_OURS, Applied.NOT_USED}
    assert read(practice, sent).status == "sent"


def test_a_notice_for_another_practices_mail_is_not_applied(cast: Cast, sent: Any) -> None:
    event = notice(cast.seagrape, sent, "Delivery")
    assert ses_practice_id(event) == cast.seagrape.id
    assert tell(cast.ironbound, event) is Applied.NOT_OURS
    assert tell(cast.ironbound, notice(cast.ironbound, sent, "Delivery")) is Applied.NOT_OURS
    assert read(cast.seagrape, sent).status == "sent"


def test_people_see_their_own_messages_only(cast: Cast, sent: Any) -> None:
    practice = cast.seagrape
    ana, ben = practice.patients["ana"], practice.patients["ben"]
    for patient, expected in ((ana, [sent]), (ben, [])):
        context = practice.context("bedside_patient", patient_id=patient.id, actor_kind="patient")
        with open_session(context) as session:
            rows = list_patient_dispatches(session, viewer=patient.viewer, patient_id=patient.id)
            assert [row.id for row in rows] == expected
            # Asking for somebody else's list is answered with nothing of it.
            others = list_patient_dispatches(
                session, viewer=patient.viewer, patient_id=ben.id if patient is ana else ana.id
            )
            assert others == []
            if patient is ben:
                with pytest.raises(NotFound):
                    access_dispatch(session, viewer=ben.viewer, dispatch_id=sent)


def test_another_practice_cannot_reach_a_message(cast: Cast, sent: Any) -> None:
    with open_session(cast.ironbound.context()) as session, pytest.raises(NotFound):
        access_dispatch(session, viewer=cast.ironbound.job(), dispatch_id=sent)
