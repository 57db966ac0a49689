"""The patient's way to pay, page by page, without JavaScript."""

import re
from uuid import UUID, uuid4

import pytest

from shared.access.appointments import access_appointment
from shared.booking import cancel_appointment, confirm_appointment
from shared.db import open_session
from tests.people import PatientOf
from tests.till import DECLINED, REFUND_FAILS, Till


def heading(text: str) -> str:
    """The page's h1."""
    found = re.findall(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
    assert len(found) == 1
    return str(found[0]).strip()


def standing(text: str) -> str:
    """What the page says of the payment."""
    found = re.search(r'data-standing="(\w+)"', text)
    assert found
    return found[1]


def test_patient_pays_and_lands_on_the_booked_visit(till: Till, ana: PatientOf) -> None:
    appointment_id = till.hold(ana)
    start = f"/portal/appointments/{appointment_id}/payment"
    browser = till.browser(ana)
    shown = browser.get(start)
    assert heading(shown.text) == "Pay for your visit"
    assert "$150.00" in shown.text
    assert "We hold this time for you until" in shown.text
    pressed = browser.post(start, printed_on=start)
    assert pressed.status_code == 303
    waiting = browser.get(pressed.location)
    assert standing(waiting.text) == "opening"
    till.work()
    ready = browser.get(pressed.location)
    assert standing(ready.text) == "ready"
    payment_id = UUID(pressed.location.split("/")[3])
    url = till.newest_page(payment_id)["url"]
    assert f'href="{url}"' in ready.text
    assert "pay-continue" in browser.get(start).text
    till.pay(payment_id)
    back = browser.get(f"/portal/payments/{payment_id}/return")
    assert standing(back.text) == "ready"
    assert "asking Stripe" in back.text
    till.hear()
    done = browser.get(f"/portal/payments/{payment_id}/return")
    assert (done.status_code, done.location) == (303, f"/portal/appointments/{appointment_id}")
    assert browser.get(start).location == f"/portal/appointments/{appointment_id}"


def test_coming_back_proves_nothing(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    back = till.browser(ana).get(f"/portal/payments/{payment_id}/return?paid=1")
    assert standing(back.text) == "ready"
    assert till.status("appointment", appointment_id) == "pending"


def test_patient_may_have_stripe_asked_now(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    till.pay(payment_id)
    browser = till.browser(ana)
    back = f"/portal/payments/{payment_id}/return"
    asked = browser.post(f"/portal/payments/{payment_id}/check", printed_on=back)
    assert asked.location == back
    assert till.work() == ["refresh_checkout"]
    assert till.status("appointment", appointment_id) == "booked"


def test_double_press_leads_to_the_same_page(till: Till, ana: PatientOf) -> None:
    appointment_id = till.hold(ana)
    start = f"/portal/appointments/{appointment_id}/payment"
    browser = till.browser(ana)
    first = browser.post(start, printed_on=start)
    second = browser.post(start, printed_on=start)
    assert first.location == second.location
    assert len(till.rows("checkout_session")) == 1


def test_page_that_waits_goes_on_by_itself(till: Till, ana: PatientOf) -> None:
    _, payment_id = till.begin(ana)
    browser = till.browser(ana)
    poll = f"/portal/payments/{payment_id}/standing?poll=1&back=1"
    waiting = browser.get(poll, headers={"HX-Request": "true"})
    assert waiting.status_code == 200
    assert "<html" not in waiting.text
    till.pay(payment_id)
    till.hear()
    on = browser.get(poll, headers={"HX-Request": "true"})
    assert on.headers["HX-Redirect"] == f"/portal/payments/{payment_id}/return"


def test_declined_card_shows_the_way_back_to_the_page(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    till.pay(payment_id, DECLINED)
    till.hear("")
    again = till.browser(ana).get(f"/portal/appointments/{appointment_id}/payment")
    assert "pay-continue" in again.text


def test_hold_that_ran_out_says_so(till: Till, ana: PatientOf) -> None:
    appointment_id = till.hold(ana)
    till.travel(minutes=11)
    browser = till.browser(ana)
    gone = browser.get(f"/portal/appointments/{appointment_id}/payment")
    assert heading(gone.text) == "This time is no longer held"
    assert "/portal/book/first-visit" in gone.text


def test_hold_that_runs_out_before_the_press_says_so(till: Till, ana: PatientOf) -> None:
    appointment_id = till.hold(ana)
    start = f"/portal/appointments/{appointment_id}/payment"
    browser = till.browser(ana)
    fields = dict(
        re.findall(r'name="(csrf_token|idempotency_key)" value="([^"]*)"', browser.get(start).text)
    )
    till.travel(minutes=11)
    pressed = browser.post(start, dict(fields))
    assert pressed.location == start


def test_page_that_closed_offers_another_time(till: Till, ana: PatientOf) -> None:
    _, payment_id = till.begin(ana)
    till.travel(minutes=34, seconds=30)
    till.run("expire_checkouts")
    till.work()
    closed = till.browser(ana).get(f"/portal/payments/{payment_id}/pay")
    assert standing(closed.text) == "closed"
    assert "You were not charged" in closed.text
    assert "Choose another time" in closed.text


def test_page_that_could_not_be_opened_can_be_tried_again(till: Till, ana: PatientOf) -> None:
    appointment_id = till.hold(ana)
    payment_id = till.open(ana, appointment_id)
    till.sandbox.fault("stripe", "status", "400", times=1)
    till.work()
    wait = f"/portal/payments/{payment_id}/pay"
    browser = till.browser(ana)
    assert standing(browser.get(wait).text) == "trouble"
    pressed = browser.post(f"/portal/appointments/{appointment_id}/payment", printed_on=wait)
    assert pressed.location == wait
    till.work()
    assert standing(browser.get(wait).text) == "ready"


def test_too_many_pages_ask_for_a_call(till: Till, ana: PatientOf) -> None:
    appointment_id = till.hold(ana)
    start = f"/portal/appointments/{appointment_id}/payment"
    browser = till.browser(ana)
    for _ in range(5):
        till.open(ana, appointment_id)
        till.sandbox.fault("stripe", "status", "400", times=1)
        till.work()
    refused = browser.post(start, printed_on=start)
    assert refused.status_code == 409
    assert "Please call us" in refused.text


def test_money_that_came_too_late_is_explained(till: Till, ana: PatientOf) -> None:
    appointment_id, payment_id = till.begin(ana)
    till.pay(payment_id)
    till.travel(minutes=40)
    till.run("expire_holds")
    till.hold(next(p for p in till.practice.patients.values() if p.id != ana.id))
    till.hear()
    browser = till.browser(ana)
    told = browser.get(f"/portal/payments/{payment_id}/return")
    assert standing(told.text) == "refunded"
    assert "That time was gone when your payment came" in told.text
    assert (
        "That time was gone" in browser.get(f"/portal/appointments/{appointment_id}/payment").text
    )


@pytest.mark.parametrize(
    ("card", "says"),
    [("4242424242424242", "We gave your money back"), (REFUND_FAILS, "has not reached you yet")],
)
def test_receipt_tells_paid_and_refunded(till: Till, ana: PatientOf, card: str, says: str) -> None:
    appointment_id, payment_id = till.begin(ana, index=40)
    till.pay(payment_id, card)
    till.hear()
    browser = till.browser(ana)
    receipt = browser.get(f"/portal/payments/{payment_id}").text
    assert heading(receipt) == "Receipt"
    for words in ("Seagrape Medical PLLC", "$150.00", "NPI 1003000126", "HSA or FSA"):
        assert words in receipt
    with open_session(ana.viewer.context()) as session:
        visit = access_appointment(session, viewer=ana.viewer, appointment_id=appointment_id)
        cancel_appointment(session, appointment=visit, by=ana.viewer)
    assert standing(browser.get(f"/portal/payments/{payment_id}").text) == "refunding"
    till.work()
    till.travel(hours=1)
    till.run("reconcile_payments")
    till.work()
    for _ in range(50):
        till.hear()
        receipt = till.browser(ana).get(f"/portal/payments/{payment_id}").text
        if says in receipt:
            break
    assert says in receipt


@pytest.mark.parametrize("page", ["pay", "return", "standing", ""])
def test_other_peoples_payments_do_not_exist(till: Till, ana: PatientOf, page: str) -> None:
    _, payment_id = till.begin(ana)
    other = next(p for p in till.practice.patients.values() if p.id != ana.id)
    browser = till.browser(other)
    theirs = browser.get(f"/portal/payments/{payment_id}/{page}".rstrip("/"))
    nobodys = browser.get(f"/portal/payments/{uuid4()}/{page}".rstrip("/"))
    assert theirs.status_code == nobodys.status_code == 404


def test_a_visit_booked_to_be_paid_later_is_paid_in_the_portal(till: Till, ana: PatientOf) -> None:
    appointment_id = book_to_pay_later(till, ana)
    visit, start = f"/portal/appointments/{appointment_id}", "Pay for your visit"
    browser = till.browser(ana)
    assert "Still to pay" in browser.get(visit).text
    shown = browser.get(f"{visit}/payment")
    assert heading(shown.text) == start
    assert "We hold this time" not in shown.text

    # Somebody who goes away from Stripe's page loses nothing but a minute.
    payment_id = UUID(
        browser.post(f"{visit}/payment", printed_on=f"{visit}/payment").location.split("/")[3]
    )
    till.work()
    till.travel(hours=1)
    till.hear()
    assert till.status("appointment", appointment_id) == "booked"
    browser = till.browser(ana)
    closed = browser.get(f"/portal/payments/{payment_id}/return").text
    assert standing(closed) == "closed"
    assert "Your visit is still booked." in closed

    browser.post(f"{visit}/payment", printed_on=f"{visit}/payment")
    till.work()
    till.pay(payment_id)
    till.hear()
    paid = browser.get(visit).text
    assert "$150.00 paid" in paid
    assert "Still to pay" not in paid
    assert browser.get(f"{visit}/payment").location == visit


def test_cancelling_what_is_owed_closes_the_way_to_pay(till: Till, ana: PatientOf) -> None:
    appointment_id = book_to_pay_later(till, ana)
    payment_id = till.open(ana, appointment_id)
    till.work()
    with open_session(ana.viewer.context()) as session:
        row = access_appointment(session, viewer=ana.viewer, appointment_id=appointment_id)
        cancel_appointment(session, appointment=row, by=ana.viewer)
    assert till.work() == ["expire_checkout"]
    assert till.status("payment", payment_id) == "canceled"
    assert (
        "Still to pay" not in till.browser(ana).get(f"/portal/appointments/{appointment_id}").text
    )


def book_to_pay_later(till: Till, patient: PatientOf) -> UUID:
    """As the desk books where the practice allows it."""
    held, by = till.hold(patient), till.practice.job()
    with open_session(by.context()) as session:
        row = access_appointment(session, viewer=by, appointment_id=held)
        confirm_appointment(session, appointment=row, by=by)
    return held
