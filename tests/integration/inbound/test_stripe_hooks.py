"""Stripe at the door: genuine or not at all, once, in any order, and never on its word alone."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from shared.adapters.payments.errors import Unavailable
from shared.jobs.registry import TryLater
from tests.people import Cast, PatientOf
from tests.till import Till

COMPLETED = "checkout.session.completed"


def event(**changes: Any) -> dict[str, Any]:
    """News of a page that we know nothing of."""
    return {
        "id": "evt_1Unknown",
        "object": "event",
        "type": COMPLETED,
        "created": 1799073000,
        "livemode": False,
        "data": {"object": {"object": "checkout.session", "id": "cs_test_unknown", "metadata": {}}},
        **changes,
    }


def test_news_is_stored_encrypted_and_answered_before_anything_is_done(till: Till) -> None:
    answer = till.deliver(event())
    assert answer.status_code == 200
    row = till.rows("inbox")[0]
    assert (row["source"], row["status"], row["attempts"]) == ("stripe:practice", "received", 0)
    assert b"cs_test_unknown" not in bytes(row["body_ct"])
    assert len(till.queued("apply_inbox")) == 1


@pytest.mark.parametrize(
    "knock",
    [
        {"header": ""},
        {"header": "t=1,v1=00"},
        {"secret": "whsec_consulting"},
        {"raw": b'{"id": "evt_other"}'},
        {"shift": timedelta(seconds=-301)},
        {"shift": timedelta(seconds=75)},
    ],
    ids=["unsigned", "nonsense", "other account", "changed body", "stale", "from the future"],
)
def test_forged_news_is_refused_and_leaves_nothing(till: Till, knock: dict[str, Any]) -> None:
    answer = till.deliver(event(), **knock)
    assert (answer.status_code, answer.text) == (400, "refused\n")
    assert till.rows("inbox") == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"[" * 50_000,
        json.dumps(event(livemode=True)).encode(),
        json.dumps(event(data={"object": "cs_1"})).encode(),
    ],
)
def test_signed_nonsense_is_refused(till: Till, raw: bytes) -> None:
    assert till.deliver(raw).status_code == 400
    assert till.rows("inbox") == []


def test_oversized_news_is_refused_unread(till: Till) -> None:
    assert till.deliver(b" " * 400_000).status_code == 413
    assert till.rows("inbox") == []


@pytest.mark.parametrize(
    "path", ["/hooks/stripe/practice", "/hooks/stripe/other", "/hooks/stripe/"]
)
def test_door_opens_to_nothing_but_a_post_of_a_known_account(till: Till, path: str) -> None:
    client = till.app.test_client()
    assert client.get(path, base_url="http://localhost").status_code in (404, 405)


def test_news_at_a_host_of_nobody_is_misdirected(till: Till) -> None:
    assert till.deliver(event(), host="evil.example").status_code == 421


def test_news_told_twice_is_applied_once(till: Till, ana: PatientOf) -> None:
    _, payment_id = till.begin(ana)
    till.pay(payment_id)
    news = till.news(COMPLETED)[0]
    for _ in range(3):
        assert till.deliver(news).status_code == 200
    till.work()
    assert till.deliver(news).status_code == 200
    till.work()
    assert len(till.rows("inbox")) == 1
    assert till.acts("payment").count("payment.captured") == 1
    assert till.balance()["visit_revenue"] == -15000


def test_news_told_sixteen_times_at_once_is_applied_once(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    till.pay(payment_id)
    news = till.news(COMPLETED)[0]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: till.deliver(news).status_code, range(16)))
    assert set(answers) == {200}
    till.work()
    assert len(till.rows("inbox")) == 1
    assert till.status("appointment", appointment_id) == "booked"


def test_job_that_runs_twice_at_once_applies_once(till: Till, ana: PatientOf) -> None:
    _, payment_id = till.begin(ana)
    till.pay(payment_id)
    till.deliver(till.news(COMPLETED)[0])
    inbox_id = str(till.rows("inbox")[0]["id"])

    def run(_: int) -> None:
        with till.app.app_context():
            till.run("apply_inbox", inbox_id=inbox_id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    assert till.balance() == {"stripe_clearing:practice": 15000, "visit_revenue": -15000}
    assert len(till.rows("dispatch", "template = 'booking_confirmed'")) == 1


def test_news_in_the_wrong_order_ends_the_same(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    till.pay(payment_id)
    for news in reversed(till.news("")):
        till.deliver(news)
    till.work()
    assert till.status("appointment", appointment_id) == "booked"
    assert {row["status"] for row in till.rows("inbox")} == {"applied", "ignored"}


def test_news_that_lies_about_its_object_is_not_believed(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    page = till.newest_page(payment_id)
    lie = event()
    lie["data"]["object"] |= {
        "id": page["vendor_id"],
        "status": "complete",
        "payment_status": "paid",
        "amount_total": 15000,
    }
    till.deliver(lie)
    till.work()
    assert till.status("appointment", appointment_id) == "pending"
    assert till.balance() == {}


def test_news_of_something_unknown_is_awaited_and_then_laid_aside(till: Till) -> None:
    till.deliver(event())
    inbox_id = str(till.rows("inbox")[0]["id"])
    with pytest.raises(TryLater):
        till.run("apply_inbox", inbox_id=inbox_id)
    assert till.rows("inbox")[0]["last_error"] == "unknown reference"
    till.travel(minutes=5, seconds=5)
    till.run("apply_inbox", inbox_id=inbox_id)
    row = till.rows("inbox")[0]
    assert (row["status"], row["last_error"], row["attempts"]) == ("dead", "unknown reference", 2)
    till.run("apply_inbox", inbox_id=inbox_id)
    assert till.rows("inbox")[0]["attempts"] == 2


def test_news_of_a_page_that_is_not_ours_is_awaited_and_then_laid_aside(
    till: Till, ana: PatientOf
) -> None:
    _, payment_id = till.begin(ana)
    till.pay(payment_id)
    till.sql("alter table checkout_session disable trigger all")
    till.sql("alter table payment disable trigger all")
    till.sql("delete from checkout_session")
    till.deliver(till.news(COMPLETED)[0])
    inbox_id = str(till.rows("inbox")[0]["id"])
    with pytest.raises(TryLater):
        till.run("apply_inbox", inbox_id=inbox_id)
    till.travel(minutes=6)
    till.run("apply_inbox", inbox_id=inbox_id)
    assert till.rows("inbox")[0]["status"] == "dead"


@pytest.mark.parametrize("kind", ["customer.updated", "charge.succeeded", "invoice.paid"])
def test_news_of_no_use_is_kept_and_ignored(till: Till, kind: str) -> None:
    till.deliver(event(type=kind))
    till.work()
    row = till.rows("inbox")[0]
    assert (row["status"], row["last_error"]) == ("ignored", "not used")


def test_news_of_another_amount_is_for_a_person(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    till.pay(payment_id)
    till.sql("alter table payment disable trigger all")
    till.sql("update payment set amount_minor = 14000")
    till.hear()
    assert {row["last_error"] for row in till.rows("inbox")} == {"unexpected amount"}
    assert till.status("appointment", appointment_id) == "pending"
    assert till.balance() == {}


def test_news_while_stripe_is_away_is_applied_later(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    till.pay(payment_id)
    till.deliver(till.news(COMPLETED)[0])
    inbox_id = str(till.rows("inbox")[0]["id"])
    till.sandbox.fault("stripe", "status", "503", times=1)
    with pytest.raises(Unavailable):
        till.run("apply_inbox", inbox_id=inbox_id)
    assert till.rows("inbox")[0]["status"] == "received"
    till.run("apply_inbox", inbox_id=inbox_id)
    assert till.status("appointment", appointment_id) == "booked"


def test_news_for_the_other_practice_reaches_it_whatever_host_was_called(
    till: Till, cast: Cast
) -> None:
    other = cast.ironbound
    news = event()
    news["data"]["object"]["metadata"] = {"practice": str(other.id)}
    till.deliver(news, host=till.practice.host)
    assert [row["practice_id"] for row in till.rows("inbox")] == [other.id]


@pytest.mark.parametrize("label", ["not-an-id", "0192f6c1-8a6e-7c3d-9f10-2b7e5c1d4a90"])
def test_news_for_nobody_here_stays_with_the_practice_that_was_called(
    till: Till, label: str
) -> None:
    news = event()
    news["data"]["object"]["metadata"] = {"practice": label}
    till.deliver(news)
    assert [row["practice_id"] for row in till.rows("inbox")] == [till.practice.id]


def test_same_event_number_in_both_accounts_is_two_events(till: Till) -> None:
    till.deliver(event(), account="practice")
    till.deliver(event(), account="consulting")
    assert {row["source"] for row in till.rows("inbox")} == {"stripe:practice", "stripe:consulting"}
