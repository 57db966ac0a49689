"""The rare corners of paying: free visits, pages nobody opened, money that was never taken."""

from dataclasses import replace

import pytest

from shared.access.appointments import access_appointment
from shared.access.payments import access_payment, list_checkouts, list_patient_payments
from shared.adapters.payments.accounts import payments
from shared.billing.errors import NothingToPay, NothingToRefund
from shared.billing.opening import open_payment
from shared.billing.refunds import refund_page
from shared.booking import release_hold
from shared.checkout import open_checkout
from shared.checkout.settling import UnknownReference, settle_page
from shared.db import open_session
from tests.people import PatientOf
from tests.till import Till


def test_free_visit_is_booked_without_stripe(till: Till, ana: PatientOf) -> None:
    appointment_id = till.hold(ana)
    till.sql("alter table appointment disable trigger all")
    till.sql("update appointment set price_minor = 0")
    start = f"/portal/appointments/{appointment_id}/payment"
    pressed = till.browser(ana).post(start, printed_on=start)
    assert pressed.location == f"/portal/appointments/{appointment_id}"
    assert till.status("appointment", appointment_id) == "booked"
    assert till.rows("payment") == []


def test_nothing_is_nothing_to_pay(till: Till, ana: PatientOf) -> None:
    appointment_id = till.hold(ana)
    with open_session(ana.viewer.context()) as session, pytest.raises(NothingToPay):
        open_payment(
            session,
            appointment_id=appointment_id,
            patient_id=ana.id,
            amount_minor=0,
            currency="usd",
            by=ana.viewer,
        )


def test_page_let_go_before_anybody_opened_it_is_never_opened(till: Till, ana: PatientOf) -> None:
    appointment_id = till.hold(ana)
    payment_id = till.open(ana, appointment_id)
    with open_session(ana.viewer.context()) as session:
        held = access_appointment(session, viewer=ana.viewer, appointment_id=appointment_id)
        release_hold(session, appointment=held, by=ana.viewer)
    assert till.newest_page(payment_id)["status"] == "expired"
    assert till.work() == ["create_checkout"]
    assert till.newest_page(payment_id)["vendor_id"] is None
    assert till.news("") == []


def test_payment_given_up_begins_again_while_the_time_is_held(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    for table in ("payment", "checkout_session"):
        till.sql(f"alter table {table} disable trigger all")
    till.sql("update payment set status = 'canceled', ended_at = now()")
    till.sql("update checkout_session set status = 'expired'")
    with open_session(ana.viewer.context()) as session:
        held = access_appointment(session, viewer=ana.viewer, appointment_id=appointment_id)
        again = open_checkout(session, appointment=held, by=ana.viewer, settings=till.settings)
    assert again is not None
    assert again.id == payment_id
    assert till.status("payment", payment_id) == "open"


def test_page_that_took_nothing_returns_nothing(till: Till, ana: PatientOf) -> None:
    _, payment_id = till.begin(ana)
    by = till.practice.job()
    with open_session(by.context()) as session:
        payment = access_payment(session, viewer=by, payment_id=payment_id, lock=True)
        page = list_checkouts(session, viewer=by, payment_id=payment_id)[0]
        with pytest.raises(NothingToRefund):
            refund_page(session, payment=payment, page=page, reason="by_practice")


def test_patient_lists_their_own_payments(till: Till, ana: PatientOf) -> None:
    _, payment_id = till.begin(ana)
    with open_session(ana.viewer.context()) as session:
        found = list_patient_payments(session, viewer=ana.viewer, patient_id=ana.id)
        assert [each.id for each in found] == [payment_id]


def test_page_whose_label_is_nonsense_is_unknown(till: Till, ana: PatientOf) -> None:
    _, payment_id = till.begin(ana)
    vendor_id = till.newest_page(payment_id)["vendor_id"]
    state = payments(till.settings, "practice").retrieve_checkout(vendor_id)
    by = till.practice.job()
    for label in (None, "nonsense"):
        strange = replace(state, id="cs_other", checkout=label)
        with open_session(by.context()) as session, pytest.raises(UnknownReference):
            settle_page(session, state=strange, by=by)
