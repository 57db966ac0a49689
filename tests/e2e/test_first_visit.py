"""A stranger books and pays: on a phone, at a desk, and without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.e2e import journeys
from tests.e2e.conftest import Window
from tests.e2e.stack import Stack, code_in, link_in


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
def test_a_stranger_books_a_first_visit(stack: Stack, window: Window, phone: bool) -> None:
    page, person = window(phone=phone), journeys.newcomer()
    journeys.choose_time(page, stack, index=1)
    journeys.check_page(page)
    journeys.say_who(page, person)
    journeys.check_page(page)
    journeys.sign_in_by_link(page, stack, person.email)
    journeys.check_page(page)
    journeys.go_to_stripe(page)
    journeys.pay(page)
    reference = journeys.wait_for_confirmation(page)
    journeys.check_page(page)
    assert len(reference.split()[0]) == 8
    with page.expect_download() as download:
        page.get_by_test_id("appointment-calendar").click()
    assert download.value.suggested_filename.endswith(".ics")
    mail = stack.mail(person.email, containing="booked")
    kind = mail["raw"].partition("Content-Type: text/calendar;")[2].partition("\r\n\r\n")[0]
    assert 'method="REQUEST"' in kind
    assert person.given in mail["text"]


def test_a_stranger_books_in_firefox(stack: Stack, fox_window: Window) -> None:
    page, person = fox_window(), journeys.newcomer()
    page.goto(f"{stack.site}/portal/book/follow-up")
    journeys.pick(page, index=2)
    journeys.say_who(page, person)
    journeys.sign_in_by_code(page, stack, person.email)
    journeys.go_to_stripe(page)
    journeys.pay(page)
    journeys.wait_for_confirmation(page)
    journeys.check_page(page)


def test_the_whole_way_works_without_javascript(stack: Stack, window: Window) -> None:
    page, person = window(phone=True, scripts=False), journeys.newcomer()
    page.goto(f"{stack.site}/portal/book/follow-up")
    journeys.pick(page, index=1)
    journeys.say_who(page, person)
    journeys.sign_in_by_code(page, stack, person.email)
    journeys.go_to_stripe(page)
    journeys.pay(page)
    journeys.wait_for_confirmation(page)


def test_a_form_with_mistakes_loses_nothing(stack: Stack, window: Window) -> None:
    page, person = window(phone=True), journeys.newcomer()
    page.goto(f"{stack.site}/portal/book/first-visit")
    journeys.pick(page, index=3)
    page.get_by_test_id("details-given-name").fill("Zoë <b>O'Hara</b>")
    page.get_by_test_id("details-email").fill("not an address")
    page.get_by_test_id("details-submit").click()
    expect(page.locator(".error-summary")).to_be_visible()
    assert page.title().startswith("Error:")
    assert page.get_by_test_id("details-given-name").input_value() == "Zoë <b>O'Hara</b>"
    journeys.check_page(page)
    journeys.say_who(page, person)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your e-mail")


def test_somebody_elsewhere_is_told_kindly(stack: Stack, window: Window) -> None:
    page, person = window(phone=True), journeys.newcomer()
    page.goto(f"{stack.site}/portal/book/first-visit")
    journeys.pick(page, index=4)
    journeys.say_who(page, person, state="TX")
    expect(page.locator(".error-summary")).to_contain_text("Florida")


def test_a_link_opened_elsewhere_asks_for_the_code(stack: Stack, window: Window) -> None:
    page, other, person = window(phone=True), window(), journeys.newcomer()
    page.goto(f"{stack.site}/portal/book/follow-up")
    journeys.pick(page, index=5)
    journeys.say_who(page, person)
    mail = stack.mail(person.email, containing="sign in")
    other.goto(link_in(mail, containing="/sign-in/link/"))
    other.get_by_test_id("sign-in-confirm").click()
    journeys.check_page(other)
    other.get_by_test_id("sign-in-code").fill(code_in(mail))
    other.get_by_test_id("sign-in-code-submit").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Is this you?")
    journeys.check_page(other)
    other.get_by_test_id("this-is-me").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Pay for your visit")


def test_the_last_time_is_taken_once(stack: Stack, window: Window) -> None:
    first, second = window(), window(phone=True)
    for page in (first, second):
        page.goto(f"{stack.site}/portal/book/first-visit")
        if not page.get_by_test_id("open-time").count():
            page.get_by_role("link", name="Next open day").click()
            page.wait_for_url("**day=**")
    journeys.pick(first)
    expect(first.get_by_role("heading", level=1)).to_have_text("About you")
    journeys.pick(second)
    expect(second.get_by_test_id("just-taken")).to_be_visible()
    journeys.check_page(second)
    assert second.get_by_test_id("open-time").count() == 3
    second.get_by_test_id("open-time").first.click()
    expect(second.get_by_role("heading", level=1)).to_have_text("About you")
