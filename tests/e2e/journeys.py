"""What people do, step by step, in their words; each step looks at the page it leads to."""

import itertools
import os
from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.stack import Stack, code_in, link_in

_axe = Axe()
_numbers = itertools.count(1)
# Rules that need judgement of a whole site are left to people; everything else must be clean.
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@dataclass(frozen=True)
class Newcomer:
    """Somebody nobody knows yet."""

    given: str
    family: str
    email: str


def newcomer() -> Newcomer:
    """A new person each time."""
    number = next(_numbers)
    return Newcomer("Nora", f"Lindqvist{number}", f"nora{number}.{os.getpid()}@patients.example")


def check_page(page: Page, *, scripts: bool = True) -> None:
    """One h1, a title, nothing for axe to find, nothing wider than the window.

    Without scripts nothing can be asked of the page but its headings.
    """
    expect(page.locator("h1"), page.url).to_have_count(1)
    assert page.title()
    if not scripts:
        return
    page.wait_for_load_state("load")  # headings are there before the style sheet is
    found = _axe.run(page, options=AXE)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    wider = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    assert not wider, f"{page.url} scrolls sideways"


def choose_time(page: Page, stack: Stack, *, visit: str = "first-visit", index: int = 0) -> str:
    """From the public site to a held time; returns the label of the time chosen."""
    page.goto(f"{stack.site}/")
    check_page(page)
    page.goto(f"{stack.site}/portal/book/{visit}")
    return pick(page, index=index)


def pick(page: Page, *, index: int = 0) -> str:
    """Take one of the times offered, going to the next open day when this one has none."""
    times = page.get_by_test_id("open-time")
    if not times.count():
        page.get_by_role("link", name="Next open day").click()
        expect(times.first).to_be_visible()
    choice = times.nth(min(index, times.count() - 1))
    label = choice.inner_text()
    choice.click()
    return label


def say_who(page: Page, person: Newcomer, *, state: str = "FL") -> None:
    """Fill in the page about oneself."""
    expect(page.get_by_role("heading", level=1)).to_have_text("About you")
    page.get_by_test_id("details-given-name").fill(person.given)
    page.get_by_test_id("details-family-name").fill(person.family)
    page.get_by_test_id("details-birth-date").fill("3/14/1987")
    page.get_by_test_id("details-email").fill(person.email)
    page.get_by_test_id("details-phone").fill("(561) 555-0199")
    page.get_by_test_id("details-state").select_option(state)
    page.get_by_test_id("details-submit").click()


def sign_in_by_code(page: Page, stack: Stack, email: str) -> None:
    """Type the eight digits of the newest sign-in mail where one asked for it."""
    expect(page.get_by_test_id("sign-in-code")).to_be_visible()
    mail = stack.mail(email, containing="sign in")
    page.get_by_test_id("sign-in-code").fill(code_in(mail))
    page.get_by_test_id("sign-in-code-submit").click()


def sign_in_by_link(page: Page, stack: Stack, email: str) -> None:
    """Open the mail's link in the same browser and press once."""
    expect(page.get_by_test_id("sign-in-code")).to_be_visible()
    page.goto(link_in(stack.mail(email, containing="sign in"), containing="/sign-in/link/"))
    page.get_by_test_id("sign-in-confirm").click()


def go_to_stripe(page: Page) -> None:
    """From our payment page to the vendor's."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay for your visit")
    page.get_by_test_id("pay").click()
    forward = page.get_by_test_id("pay-continue")
    for _ in range(20):
        if forward.count():
            break
        page.wait_for_timeout(500)
        if not forward.count():
            page.reload()
    forward.click()


def pay(page: Page, card: str = "4242") -> None:
    """Pay with one of the test cards on the vendor's page."""
    page.get_by_test_id(f"test-card-{card}").click()
    page.get_by_test_id("checkout-pay").click()


def wait_for_confirmation(page: Page) -> str:
    """The confirmation with its spoken reference, which is returned."""
    reference = page.get_by_test_id("appointment-reference")
    for _ in range(30):
        if reference.count():
            break
        page.wait_for_timeout(500)
        check = page.get_by_test_id("payment-check")
        if check.count() and check.is_visible():
            check.click()
    expect(reference).to_be_visible()
    return reference.inner_text()
