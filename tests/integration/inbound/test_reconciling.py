"""What never arrived is found; what could not be applied gets its chance; nothing counts twice."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from shared import clock
from shared.access.dispatches import access_dispatch
from shared.access.principal import Role
from shared.adapters.payments.errors import Unavailable
from shared.db import open_session
from shared.events import act
from shared.inbound.reconciling import ask_for_forgotten_letters, follow_up_mail
from shared.inbound.retrying import replay, retry_letter
from shared.inbound.storing import store
from shared.jobs.inbound import reconcile_stripe
from shared.jobs.registry import Job
from shared.models.attention_item import AttentionItem
from tests.integration.messaging.post import ask, notice, read, tell
from tests.people import Cast, PatientOf
from tests.till import Till


def job(till: Till) -> Job:
    return Job("reconcile", till.practice.id, till.settings)


def items(till: Till) -> list[tuple[str, int]]:
    """Open items, kind and how often."""
    with open_session(till.practice.context()) as session:
        wanted = (
            select(AttentionItem)
            .where(AttentionItem.resolved_at.is_(None))
            .execution_options(door=True)
        )
        return sorted((item.kind, item.times) for item in session.scalars(wanted))


def test_payment_news_that_never_arrived_is_found_once(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    till.pay(payment_id)
    till.run("reconcile_stripe")
    assert till.rows("inbox") == []
    till.travel(minutes=14)
    till.run("reconcile_stripe")
    till.work()
    found = till.rows("inbox")
    assert [(row["source"], row["kind"], row["status"]) for row in found] == [
        ("stripe:practice", "checkout.session.completed", "applied")
    ]
    assert till.status("appointment", appointment_id) == "booked"
    assert items(till) == [("webhooks_missing", 1)]
    till.travel(minutes=5)
    till.run("reconcile_stripe")
    assert len(till.rows("inbox")) == 1


def test_news_that_did_arrive_is_not_found_again(till: Till, ana: PatientOf) -> None:
    _, payment_id = till.begin(ana)
    till.pay(payment_id)
    till.hear()
    arrived = len(till.rows("inbox"))
    till.travel(minutes=20)
    till.run("reconcile_stripe")
    assert (len(till.rows("inbox")), items(till)) == (arrived, [])


def test_news_of_another_practice_is_left_to_it(till: Till, ana: PatientOf, cast: Cast) -> None:
    _, payment_id = till.begin(ana)
    till.pay(payment_id)
    till.travel(minutes=20)
    other = Job("reconcile_stripe", cast.ironbound.id, till.settings)
    reconcile_stripe(other)
    assert till.rows("inbox") == []


def test_stripe_being_down_moves_no_cursor(till: Till, ana: PatientOf) -> None:
    _, payment_id = till.begin(ana)
    till.pay(payment_id)
    till.travel(minutes=20)
    till.sandbox.fault("stripe", "status", "500")
    with pytest.raises(Unavailable):
        till.run("reconcile_stripe")
    assert till.rows("reconciliation") == []
    till.sandbox.fault("stripe", "off")
    till.run("reconcile_stripe")
    assert len(till.rows("inbox")) == 1


def dead_letter(till: Till) -> Any:
    """News nobody knows the object of."""
    event = {
        "id": "evt_1Unknown",
        "object": "event",
        "type": "checkout.session.completed",
        "created": int(clock.now().timestamp()),
        "livemode": False,
        "data": {"object": {"object": "checkout.session", "id": "cs_test_unknown", "metadata": {}}},
    }
    assert till.deliver(event).status_code == 200
    till.travel(minutes=6)
    till.work()
    [row] = till.rows("inbox")
    assert row["status"] == "dead"
    return row["id"]


def test_a_dead_letter_asks_for_attention_and_can_be_handed_back(till: Till) -> None:
    inbox_id = dead_letter(till)
    assert items(till) == [("dead_letter", 1)]
    maya = till.practice.staff["maya"].acting(Role.OWNER)
    with open_session(maya.context()) as session:
        retry_letter(session, inbox_id=inbox_id, by=maya)
        retry_letter(session, inbox_id=inbox_id, by=maya)
    assert (till.status("inbox", inbox_id), items(till)) == ("received", [])
    assert len(till.queued("apply_inbox")) == 1
    till.work()
    assert till.status("inbox", inbox_id) == "received"
    till.travel(minutes=6)
    till.work()
    assert till.status("inbox", inbox_id) == "dead"


def test_replaying_the_inbox_changes_nothing_that_is_so(till: Till, ana: PatientOf) -> None:
    _, payment_id = till.begin(ana)
    till.pay(payment_id)
    till.hear()
    before = (till.balance(), till.status("payment", payment_id), till.acts("payment"))
    since = clock.now() - timedelta(hours=1)
    for _ in range(2):
        counts = replay(job(till), since=since, until=clock.now() + timedelta(minutes=1))
        assert counts["applied"] == len(till.rows("inbox"))
    assert (till.balance(), till.status("payment", payment_id), till.acts("payment")) == before


def test_a_replay_counts_what_the_vendor_did_not_answer(till: Till, ana: PatientOf) -> None:
    _, payment_id = till.begin(ana)
    till.pay(payment_id)
    till.hear()
    till.sandbox.fault("stripe", "status", "500")
    since = clock.now() - timedelta(hours=1)
    counts = replay(job(till), since=since, until=clock.now() + timedelta(minutes=1))
    till.sandbox.fault("stripe", "off")
    assert counts["unanswered"] > 0


def test_news_without_a_job_is_asked_for_again(till: Till) -> None:
    dead = dead_letter(till)
    till.sql("alter table inbox disable trigger user")
    till.sql("update inbox set status = 'received' where id = %s", dead)
    till.travel(minutes=20)
    assert ask_for_forgotten_letters(job(till)) == 1
    assert ask_for_forgotten_letters(job(till)) == 1
    assert len(till.queued("apply_inbox")) == 1


def claimed(till: Till, status: str) -> Any:
    """A mail that was taken for sending just now and stands at `status`."""
    dispatch_id = ask(till.practice)
    with open_session(till.practice.context()) as session:
        row = access_dispatch(session, viewer=till.practice.job(), dispatch_id=dispatch_id)
        row.status, row.claimed_at, row.provider = status, clock.now(), "ses"
        act(session, "dispatch.claimed", target=row, mail="a mail")
    return dispatch_id


def test_mails_without_news_ask_for_attention_until_the_news_come(till: Till) -> None:
    sent, unknown = claimed(till, "sent"), claimed(till, "unknown")
    assert follow_up_mail(job(till)) == 0
    till.travel(minutes=16)
    for _ in range(2):
        assert follow_up_mail(job(till)) == 2
    assert items(till) == [("mail_unheard", 1), ("mail_unknown", 1)]
    for dispatch_id in (sent, unknown):
        tell(till.practice, notice(till.practice, dispatch_id, "Delivery"))
    assert follow_up_mail(job(till)) == 0
    assert items(till) == []
    assert read(till.practice, unknown).status == "delivered"


def test_dead_news_about_an_unheard_mail_is_handed_back_once(till: Till) -> None:
    dispatch_id = claimed(till, "unknown")
    body = json.dumps(notice(till.practice, dispatch_id, "Delivery"))
    store(
        source="ses",
        vendor_event_id="sns-1",
        kind="ses.Delivery",
        body=body,
        practice_id=till.practice.id,
        meant_for=till.practice.id,
    )
    till.sql("alter table inbox disable trigger user")
    till.sql("update inbox set status = 'dead', last_error = 'unknown reference'")
    till.sql("update jobs.procrastinate_jobs set status = 'succeeded'")
    till.travel(minutes=16)
    follow_up_mail(job(till))
    till.work()
    assert read(till.practice, dispatch_id).status == "delivered"
    assert [row["status"] for row in till.rows("inbox")] == ["applied"]
