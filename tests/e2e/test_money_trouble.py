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
    page.get_by_role("link", name="pay").first.click()
    page.get_by_test_id("pay-continue").click()
    journeys.pay(page)
    journeys.wait_for_confirmation(page)


def test_money_that_comes_after_the_hold_never_gets_lost(stack: Stack, window: Window) -> None:
    page = window(phone=True)
    at_the_till(page, stack, index=0)
    stack.sandbox.clock(advance=3 * 3600)
    journeys.pay(page)
    expect(page.locator("h1")).to_be_visible()
    page.goto(f"{stack.site}/portal/")
    expect(page.get_by_test_id("appointment-reference")).to_have_count(0)
