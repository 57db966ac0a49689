"""The patient comes back: signs in, sees what was, cancels in time and gets the money back."""

import pytest
from playwright.sync_api import expect

from tests.e2e import journeys
from tests.e2e.conftest import Window
from tests.e2e.stack import Stack

DAY = 86_400


@pytest.mark.parametrize(
    ("phone", "scripts"), [(True, True), (False, False)], ids=["phone", "desktop without scripts"]
)
def test_a_patient_returns_and_cancels_in_time(
    stack: Stack, window: Window, phone: bool, scripts: bool
) -> None:
    page, person = window(phone=phone, scripts=scripts), journeys.newcomer()
    page.goto(f"{stack.site}/portal/book/first-visit")
    page.get_by_role("link", name="Later days").click()
    expect(page.get_by_role("link", name="Earlier days")).to_be_visible()
    journeys.pick(page)
    journeys.say_who(page, person)
    journeys.sign_in_by_link(page, stack, person.email)
    journeys.go_to_stripe(page)
    journeys.pay(page)
    reference = journeys.wait_for_confirmation(page)
    stack.mail(person.email, containing="booked")
    page.goto(f"{stack.site}/portal/sent")
    for _ in range(20):
        if page.get_by_text("Delivered").count() >= 2:
            break
        page.wait_for_timeout(500)
        page.reload()

    stack.advance(seconds=2 * DAY)
    back = window(phone=phone, scripts=scripts)
    back.goto(f"{stack.site}/portal/")
    back.get_by_test_id("sign-in-email").fill(person.email)
    back.get_by_test_id("sign-in-submit").click()
    journeys.check_page(back, scripts=scripts)
    journeys.sign_in_by_code(back, stack, person.email)
    expect(back.get_by_role("heading", level=1)).to_contain_text(person.given)
    journeys.check_page(back, scripts=scripts)
    back.get_by_role("link", name="Visits", exact=True).first.click()
    journeys.check_page(back, scripts=scripts)
    back.goto(f"{stack.site}/portal/sent")
    journeys.check_page(back, scripts=scripts)
    expect(back.locator("main")).to_contain_text("Delivered")

    back.goto(f"{stack.site}/portal/appointments")
    back.locator("main").get_by_role("link").first.click()
    expect(back.get_by_test_id("appointment-reference")).to_contain_text(reference.split()[0])
    back.get_by_test_id("cancel-appointment").click()
    journeys.check_page(back, scripts=scripts)
    back.get_by_test_id("cancel-confirm").click()
    expect(back.get_by_test_id("appointment-status")).to_contain_text("Cancelled")
    stack.mail(person.email, containing="cancel")
    stack.mail(person.email, containing="refund")


def test_signing_out_leaves_nothing_to_see(stack: Stack, window: Window) -> None:
    page = window(phone=True)
    page.goto(f"{stack.site}/portal/")
    page.get_by_test_id("sign-in-email").fill("ben@patients.example")
    page.get_by_test_id("sign-in-submit").click()
    journeys.sign_in_by_code(page, stack, "ben@patients.example")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ben")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(f"{stack.site}/portal/appointments")
    expect(page.get_by_test_id("sign-in-email")).to_be_visible()
