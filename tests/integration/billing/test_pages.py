"""Opening and closing pages at Stripe when Stripe, or the worker, does not do its part."""

import pytest

from shared.access.errors import NotFound
from shared.adapters.payments.accounts import payments
from shared.adapters.payments.errors import Unavailable
from shared.billing.pages import claim_page
from shared.checkout import Standing, money_of_payment
from shared.db import open_session
from tests.people import PatientOf
from tests.till import Till


def standing(payment_id: object, patient: PatientOf) -> Standing:
    """What the patient sees."""
    with open_session(patient.viewer.context()) as session:
        return money_of_payment(session, viewer=patient.viewer, payment_id=payment_id).standing  # type: ignore[arg-type]  # a row's id


@pytest.mark.parametrize("when", ["before", "after"])
def test_page_without_an_answer_is_asked_for_again_and_is_one(
    till: Till, ana: PatientOf, when: str
) -> None:
    payment_id = till.open(ana, till.hold(ana))
    page_id = str(till.newest_page(payment_id)["id"])
    till.sandbox.fault("stripe", "reset", when, times=1)
    with pytest.raises(Unavailable):
        till.run("create_checkout", checkout_id=page_id)
    assert till.newest_page(payment_id)["status"] == "unknown"
    assert standing(payment_id, ana) is Standing.OPENING
    till.run("create_checkout", checkout_id=page_id)
    assert till.newest_page(payment_id)["status"] == "open"
    assert standing(payment_id, ana) is Standing.READY
    till.pay(payment_id)
    assert len(till.news("checkout.session.completed")) == 1


def test_page_stripe_refuses_can_be_tried_again(till: Till, ana: PatientOf) -> None:
    appointment_id = till.hold(ana)
    payment_id = till.open(ana, appointment_id)
    till.sandbox.fault("stripe", "status", "400", times=1)
    till.work()
    assert till.newest_page(payment_id)["status"] == "failed"
    assert standing(payment_id, ana) is Standing.TROUBLE
    assert till.open(ana, appointment_id) == payment_id
    till.work()
    assert standing(payment_id, ana) is Standing.READY


def test_page_whose_worker_was_killed_is_paid_by_its_own_label(till: Till, ana: PatientOf) -> None:
    appointment_id = till.hold(ana)
    payment_id = till.open(ana, appointment_id)
    by = till.practice.job()
    with open_session(by.context()) as session:
        claim = claim_page(session, checkout_id=till.newest_page(payment_id)["id"], by=by)
    assert claim is not None
    state = payments(till.settings, "practice").create_checkout(claim.request)
    till.sandbox.pay(state.id)
    till.hear()
    assert till.status("appointment", appointment_id) == "booked"
    assert till.newest_page(payment_id)["vendor_id"] == state.id


def test_page_whose_worker_was_killed_is_taken_up_by_another(till: Till, ana: PatientOf) -> None:
    payment_id = till.open(ana, till.hold(ana))
    page_id = till.newest_page(payment_id)["id"]
    by = till.practice.job()
    with open_session(by.context()) as session:
        assert claim_page(session, checkout_id=page_id, by=by) is not None
    till.run("create_checkout", checkout_id=str(page_id))
    assert till.newest_page(payment_id)["status"] == "creating"
    till.travel(minutes=3)
    till.run("reconcile_payments")
    till.work()
    assert till.newest_page(payment_id)["status"] == "open"
    assert till.newest_page(payment_id)["attempts"] == 2


def test_page_nobody_took_to_stripe_in_time_is_over(till: Till, ana: PatientOf) -> None:
    payment_id = till.open(ana, till.hold(ana))
    till.travel(minutes=34, seconds=30)
    till.run("expire_checkouts")
    till.work()
    assert till.newest_page(payment_id)["status"] == "expired"
    assert till.status("payment", payment_id) == "canceled"
    assert not till.news("checkout.session.")


def test_page_stripe_forgot_is_over(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    till.sql("alter table checkout_session disable trigger all")
    till.sql("update checkout_session set vendor_id = 'cs_test_forgotten'")
    till.travel(minutes=34, seconds=30)
    till.run("expire_checkouts")
    till.work()
    assert till.newest_page(payment_id)["status"] == "expired"
    assert till.status("appointment", appointment_id) == "cancelled"


def test_page_paid_while_it_is_being_closed_is_settled(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    till.pay(payment_id)
    till.run("expire_checkout", checkout_id=str(till.newest_page(payment_id)["id"]))
    assert till.status("appointment", appointment_id) == "booked"
    assert till.newest_page(payment_id)["status"] == "complete"


def test_page_let_go_while_it_was_being_opened_is_closed_at_stripe(
    till: Till, ana: PatientOf
) -> None:
    payment_id = till.open(ana, till.hold(ana))
    page_id = till.newest_page(payment_id)["id"]
    till.sql("alter table checkout_session disable trigger all")
    till.sql("update checkout_session set status = 'unknown', attempts = 1")
    till.run("expire_checkout", checkout_id=str(page_id))
    assert till.newest_page(payment_id)["status"] == "expired"
    assert [event["type"] for event in till.news("checkout.")] == ["checkout.session.expired"]


def test_other_people_see_no_payment_of_mine(till: Till, ana: PatientOf) -> None:
    _, payment_id = till.begin(ana)
    other = next(p for p in till.practice.patients.values() if p.id != ana.id)
    with pytest.raises(NotFound):
        standing(payment_id, other)
