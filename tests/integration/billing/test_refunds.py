"""Money that goes back: once, even when nobody answers, and not for good until the bank says so."""

import time
from uuid import UUID

import pytest

from shared.access.appointments import access_appointment
from shared.adapters.payments.accounts import payments
from shared.adapters.payments.errors import Unavailable
from shared.billing import refund_appointment
from shared.billing.refunds import claim_refund
from shared.booking import cancel_appointment
from shared.db import open_session
from tests.people import PatientOf
from tests.till import REFUND_FAILS, Till

BALANCED = {"stripe_clearing:practice": 0, "visit_revenue": 0}
TAKEN = {"stripe_clearing:practice": 15000, "visit_revenue": -15000}


def book(till: Till, patient: PatientOf, *, index: int = 40, card: str = "") -> tuple[UUID, UUID]:
    """A paid visit some days ahead."""
    appointment_id, payment_id = till.begin(patient, index=index)
    till.pay(payment_id, *([card] if card else []))
    till.hear()
    assert till.status("appointment", appointment_id) == "booked"
    return appointment_id, payment_id


def cancel(patient: PatientOf, appointment_id: UUID) -> None:
    """The patient cancels."""
    with open_session(patient.viewer.context()) as session:
        visit = access_appointment(session, viewer=patient.viewer, appointment_id=appointment_id)
        cancel_appointment(session, appointment=visit, by=patient.viewer)


def test_cancelling_in_time_gives_everything_back(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = book(till, ana)
    cancel(ana, appointment_id)
    assert [row["status"] for row in till.rows("refund")] == ["queued"]
    till.work()
    refund = till.rows("refund")[0]
    assert (refund["status"], refund["reason"]) == ("succeeded", "cancelled_in_time")
    assert till.status("payment", payment_id) == "refunded"
    assert till.balance() == BALANCED
    till.hear()
    assert till.balance() == BALANCED
    assert len(till.rows("dispatch", "template = 'payment_refunded'")) == 1


def test_cancelling_too_late_gives_nothing_back(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = book(till, ana, index=0)
    cancel(ana, appointment_id)
    till.work()
    assert till.rows("refund") == []
    assert till.status("payment", payment_id) == "succeeded"
    assert till.balance() == TAKEN


def test_refund_that_fails_days_later_is_booked_back(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = book(till, ana, card=REFUND_FAILS)
    cancel(ana, appointment_id)
    till.work()
    assert till.balance() == BALANCED
    till.travel(hours=1)
    assert till.sandbox.get("/_sandbox/health")
    wait_for(till, "refund.failed")
    till.hear()
    refund = till.rows("refund")[0]
    assert (refund["status"], refund["last_error"]) == ("failed", "expired_or_canceled_card")
    assert till.status("payment", payment_id) == "succeeded"
    assert till.balance() == TAKEN
    assert [row["kind"] for row in till.rows("ledger_entry")] == [
        "capture",
        "refund",
        "refund_reversal",
    ]
    assert "refund.failed" in till.acts("refund")


def test_refund_may_be_asked_for_anew_when_it_failed(till: Till, ana: PatientOf) -> None:
    appointment_id, _ = book(till, ana, card=REFUND_FAILS)
    cancel(ana, appointment_id)
    till.work()
    till.travel(hours=1)
    wait_for(till, "refund.failed")
    till.hear()
    ask_again(till, appointment_id)
    assert [row["status"] for row in till.rows("refund")] == ["failed", "queued"]


def test_refund_is_asked_for_once(till: Till, ana: PatientOf) -> None:
    appointment_id, _ = book(till, ana)
    cancel(ana, appointment_id)
    assert ask_again(till, appointment_id) is None
    till.work()
    assert ask_again(till, appointment_id) is None
    assert len(till.rows("refund")) == 1


def test_refund_of_a_visit_nobody_paid_for_is_none(till: Till, ana: PatientOf) -> None:
    assert ask_again(till, till.hold(ana)) is None


@pytest.mark.parametrize("when", ["before", "after"])
def test_refund_without_an_answer_is_repeated_and_happens_once(
    till: Till, ana: PatientOf, when: str
) -> None:
    appointment_id, _ = book(till, ana)
    cancel(ana, appointment_id)
    refund_id = str(till.rows("refund")[0]["id"])
    till.sandbox.fault("stripe", "reset", when, times=1)
    with pytest.raises(Unavailable):
        till.run("submit_refund", refund_id=refund_id)
    assert till.rows("refund")[0]["status"] == "unknown"
    assert till.balance() == TAKEN
    till.run("submit_refund", refund_id=refund_id)
    assert till.rows("refund")[0]["status"] == "succeeded"
    assert till.balance() == BALANCED
    assert len(till.news("refund.created")) == 1


def test_refund_whose_worker_was_killed_happens_once(till: Till, ana: PatientOf) -> None:
    appointment_id, _ = book(till, ana)
    cancel(ana, appointment_id)
    refund_id = till.rows("refund")[0]["id"]
    by = till.practice.job()
    with open_session(by.context()) as session:
        claim = claim_refund(session, refund_id=refund_id, by=by)
    assert claim is not None
    payments(till.settings, "practice").refund(claim.request)
    till.run("submit_refund", refund_id=str(refund_id))
    assert till.status("refund", refund_id) == "submitting"
    till.travel(minutes=3)
    till.run("reconcile_payments")
    till.work()
    assert till.status("refund", refund_id) == "succeeded"
    assert len(till.news("refund.created")) == 1
    assert till.balance() == BALANCED


def test_refund_stripe_refuses_waits_for_a_person(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = book(till, ana)
    cancel(ana, appointment_id)
    till.sandbox.fault("stripe", "status", "400", times=1)
    till.work()
    assert till.rows("refund")[0]["status"] == "failed"
    assert till.status("payment", payment_id) == "succeeded"
    assert till.balance() == TAKEN


def test_news_of_a_refund_may_come_before_our_own_note(till: Till, ana: PatientOf) -> None:
    appointment_id, _ = book(till, ana)
    cancel(ana, appointment_id)
    refund_id = till.rows("refund")[0]["id"]
    by = till.practice.job()
    with open_session(by.context()) as session:
        claim = claim_refund(session, refund_id=refund_id, by=by)
    assert claim is not None
    payments(till.settings, "practice").refund(claim.request)
    till.hear("refund.")
    assert till.status("refund", refund_id) == "succeeded"
    assert till.balance() == BALANCED


def test_pending_refund_is_looked_at_again(till: Till, ana: PatientOf) -> None:
    appointment_id, _ = book(till, ana)
    cancel(ana, appointment_id)
    till.work()
    refund_id = till.rows("refund")[0]["id"]
    till.sql("alter table refund disable trigger all")
    till.sql("update refund set status = 'pending', ended_at = null")
    till.travel(minutes=3)
    till.run("reconcile_payments")
    till.work()
    assert till.status("refund", refund_id) == "succeeded"
    assert till.balance() == BALANCED


def ask_again(till: Till, appointment_id: UUID) -> object:
    """The practice asks for the money to go back."""
    by = till.practice.job()
    with open_session(by.context()) as session:
        return refund_appointment(
            session, appointment_id=appointment_id, reason="by_practice", by=by
        )


def wait_for(till: Till, kind: str) -> None:
    """Until the sandbox has noticed that time passed."""
    for _ in range(100):
        if till.news(kind):
            return
        time.sleep(0.1)
    raise AssertionError(f"no {kind}")
