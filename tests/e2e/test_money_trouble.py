"""Declined cards, closed tabs, late money: money and slot always agree."""

from playwright.sync_api import Page, expect

from tests.e2e import journeys
from tests.e2e.conftest import Window
from tests.e2e.journeys import Newcomer
from tests.e2e.stack import Stack


def at_the_till(page: Page, stack: Stack, index: int) -> Newcomer:
    """Somebody new, in front of the vendor's payment page."""
    person = journeys.newcomer()
    page.goto(f"{stack.site}/portal/book/follow-up")
    journeys.pick(page, index=index)
    journeys.say_who(page, person)
    journeys.sign_in_by_link(page, stack, person.email)
    journeys.go_to_stripe(page)
    return person


def test_a_declined_card_says_so_and_another_pays(stack: Stack, window: Window) -> None:
    page = window(phone=True)
    at_the_till(page, stack, index=0)
    journeys.pay(page, "9995")
    expect(page.get_by_test_id("checkout-problem")).to_be_visible()
    journeys.pay(page, "4242")
    journeys.wait_for_confirmation(page)


def test_a_card_may_ask_the_bank_first(stack: Stack, window: Window) -> None:
    page = window(phone=True)
    at_the_till(page, stack, index=0)
    journeys.pay(page, "3155")
    page.get_by_test_id("bank-confirm").click()
    journeys.wait_for_confirmation(page)


def test_a_closed_tab_can_be_taken_up_again(stack: Stack, window: Window) -> None:
    page = window(phone=True)
    at_the_till(page, stack, index=0)
    page.goto(f"{stack.site}/portal/")
    journeys.check_page(page)
    page.get_by_role("link", name="Continue").click()
    page.get_by_test_id("pay-continue").click()
    journeys.pay(page)
    journeys.wait_for_confirmation(page)


def test_a_page_left_open_too_long_charges_nobody(stack: Stack, window: Window) -> None:
    page = window(phone=True)
    at_the_till(page, stack, index=0)
    stack.advance(seconds=3 * 3600)
    page.reload()
    expect(page.get_by_test_id("checkout-pay")).to_have_count(0)
    page.goto(f"{stack.site}/portal/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Finish your booking")).to_have_count(0)
    expect(page.get_by_text("Your next visit")).to_have_count(0)


def test_a_double_click_on_pay_opens_one_page_and_charges_once(
    stack: Stack, window: Window
) -> None:
    page = window(phone=True)
    person = journeys.newcomer()
    page.goto(f"{stack.site}/portal/book/follow-up")
    journeys.pick(page)
    journeys.say_who(page, person)
    journeys.sign_in_by_link(page, stack, person.email)
    page.get_by_test_id("pay").dblclick()
    page.get_by_test_id("pay-continue").click()
    page.get_by_test_id("test-card-4242").click()
    page.get_by_test_id("checkout-pay").dblclick()
    journeys.wait_for_confirmation(page)
    stack.mail(person.email, containing="booked")
    page.get_by_role("link", name="See the receipt").click()
    journeys.check_page(page)
    expect(page.locator("main")).not_to_contain_text("You paid twice")
