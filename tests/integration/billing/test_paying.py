"""From a held time to a booked visit, and everything that can come between."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.access.appointments import access_appointment
from shared.billing.errors import NothingToPay, TooManyPages
from shared.booking import HoldGone, release_hold
from shared.db import open_session
from tests.people import PatientOf
from tests.till import DECLINED, Till


def test_paid_page_books_the_visit_and_the_books(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    assert till.pay(payment_id).status_code in (302, 303)
    assert till.status("appointment", appointment_id) == "pending"
    till.hear()
    assert till.status("appointment", appointment_id) == "booked"
    assert till.status("payment", payment_id) == "succeeded"
    assert till.newest_page(payment_id)["status"] == "complete"
    assert till.balance() == {"stripe_clearing:practice": 15000, "visit_revenue": -15000}
    assert "payment.captured" in till.acts("payment")
    mails = till.rows("dispatch", "template = 'booking_confirmed'")
    assert len(mails) == 1
    assert {row["status"] for row in till.rows("inbox")} == {"applied"}


def test_hold_lasts_as_long_as_the_page_and_two_minutes(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    page = till.newest_page(payment_id)
    held = till.rows("appointment", "id = %s", appointment_id)[0]
    assert (held["hold_expires_at"] - page["expires_at"]).total_seconds() == 120


def test_declined_card_leaves_the_page_open_and_the_next_card_pays(
    till: Till, ana: PatientOf
) -> None:
    appointment_id, payment_id = till.begin(ana)
    till.pay(payment_id, DECLINED)
    till.hear("")
    assert till.newest_page(payment_id)["status"] == "open"
    assert till.status("payment", payment_id) == "open"
    assert till.balance() == {}
    till.pay(payment_id)
    till.hear()
    assert till.status("appointment", appointment_id) == "booked"


def test_closed_tab_frees_the_time_when_the_page_ends(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    till.travel(minutes=34, seconds=30)
    till.run("expire_checkouts")
    till.work()
    assert till.newest_page(payment_id)["status"] == "expired"
    assert till.status("payment", payment_id) == "canceled"
    assert till.status("appointment", appointment_id) == "cancelled"
    till.hear()
    assert till.status("payment", payment_id) == "canceled"


def test_closed_tab_after_paying_is_found_by_the_reconciler(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    till.pay(payment_id)
    till.run("reconcile_payments")
    assert not till.queued("refresh_checkout")
    till.travel(minutes=3)
    till.run("reconcile_payments")
    till.work()
    assert till.status("appointment", appointment_id) == "booked"
    assert till.hear()
    assert till.balance() == {"stripe_clearing:practice": 15000, "visit_revenue": -15000}


def test_pressing_pay_sixteen_times_opens_one_page(till: Till, ana: PatientOf) -> None:
    appointment_id = till.hold(ana)

    def press(_: int) -> object:
        with till.app.app_context():
            return till.open(ana, appointment_id)

    with ThreadPoolExecutor(8) as pool:
        opened = set(pool.map(press, range(16)))
    till.work()
    assert len(opened) == 1
    assert len(till.rows("payment")) == 1
    assert len(till.rows("checkout_session")) == 1


def test_second_page_is_not_opened_while_one_is_open(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    assert till.open(ana, appointment_id) == payment_id
    assert till.work() == []
    assert len(till.rows("checkout_session")) == 1


def test_paid_visit_is_not_paid_again(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    till.pay(payment_id)
    till.hear()
    with pytest.raises(HoldGone):
        till.open(ana, appointment_id)


def test_visit_whose_money_is_known_before_its_booking_is_not_paid_again(
    till: Till, ana: PatientOf
) -> None:
    appointment_id, _ = till.begin(ana)
    till.sql("alter table payment disable trigger all")
    till.sql("update payment set status = 'succeeded'")
    with pytest.raises(NothingToPay):
        till.open(ana, appointment_id)


def test_money_for_a_second_page_goes_back(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    first = till.newest_page(payment_id)["vendor_id"]
    till.travel(minutes=33, seconds=15)
    assert till.open(ana, appointment_id) == payment_id
    till.run("create_checkout", checkout_id=str(till.newest_page(payment_id)["id"]))
    assert till.newest_page(payment_id)["vendor_id"] != first
    till.sandbox.pay(first)
    till.pay(payment_id)
    till.hear()
    till.hear()
    assert till.status("appointment", appointment_id) == "booked"
    assert till.status("payment", payment_id) == "succeeded"
    refunds = till.rows("refund")
    assert [(row["reason"], row["status"]) for row in refunds] == [("paid_twice", "succeeded")]
    assert till.balance() == {"stripe_clearing:practice": 15000, "visit_revenue": -15000}


def test_money_after_the_hold_goes_back_when_the_time_is_gone(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    till.pay(payment_id)
    till.travel(minutes=40)
    till.run("expire_holds")
    assert till.status("appointment", appointment_id) == "cancelled"
    other = next(p for p in till.practice.patients.values() if p.id != ana.id)
    taken = till.hold(other)
    till.hear()
    assert till.status("appointment", taken) == "pending"
    assert till.status("appointment", appointment_id) == "cancelled"
    assert till.status("payment", payment_id) == "refunded"
    assert [row["reason"] for row in till.rows("refund")] == ["slot_gone"]
    assert till.balance() == {"stripe_clearing:practice": 0, "visit_revenue": 0}
    assert len(till.rows("dispatch", "template = 'payment_refunded'")) == 1
    assert not till.rows("dispatch", "template = 'booking_confirmed'")


def test_money_after_the_hold_books_when_the_time_is_still_free(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    till.pay(payment_id)
    till.travel(minutes=40)
    till.run("expire_holds")
    till.hear()
    assert till.status("appointment", appointment_id) == "booked"
    assert till.rows("refund") == []


def test_hold_that_was_let_go_closes_its_page(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    with open_session(ana.viewer.context()) as session:
        held = access_appointment(session, viewer=ana.viewer, appointment_id=appointment_id)
        release_hold(session, appointment=held, by=ana.viewer)
    assert "expire_checkout" in till.work()
    assert till.newest_page(payment_id)["status"] == "expired"
    assert till.status("payment", payment_id) == "canceled"
    assert "complete" not in till.pay(payment_id).text


def test_hold_that_ran_out_cannot_be_paid(till: Till, ana: PatientOf) -> None:
    appointment_id = till.hold(ana)
    till.travel(minutes=11)
    with pytest.raises(HoldGone):
        till.open(ana, appointment_id)


def test_pages_are_not_opened_for_ever(till: Till, ana: PatientOf) -> None:
    appointment_id, _ = till.begin(ana)
    for _ in range(4):
        till.travel(minutes=33, seconds=30)
        till.open(ana, appointment_id)
        till.work()
    till.travel(minutes=33, seconds=30)
    with pytest.raises(TooManyPages):
        till.open(ana, appointment_id)
