"""The receptionist's call: find a person, see the schedule, move a visit while talking, book."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import journeys
from tests.e2e.conftest import Window
from tests.e2e.stack import Stack
from tests.e2e.test_desk import sign_in_by_recovery_code

# Codes of the receptionist that no other journey uses.
CODES = {"laptop": 3, "dark": 5, "phone": 6, "no scripts": 8}


# The two that differ most are walked each time.
EACH_TIME = {"phone", "no scripts"}
KINDS = [
    pytest.param(kind, marks=() if kind in EACH_TIME else pytest.mark.slow)
    for kind in sorted(CODES)
]


@pytest.fixture(params=KINDS)
def reception(window: Window, stack: Stack, request: pytest.FixtureRequest) -> tuple[Page, bool]:
    """Somebody at the reception: on a laptop, in the dark, on a phone, without scripts."""
    kind = request.param
    scripts = kind != "no scripts"
    page = window(phone=kind == "phone", dark=kind == "dark", scripts=scripts)
    sign_in_by_recovery_code(page, stack, "receptionist", CODES[kind])
    return page, scripts


def test_a_call_is_answered_while_talking(stack: Stack, reception: tuple[Page, bool]) -> None:
    page, scripts = reception
    person = journeys.newcomer()
    new_record(page, stack, person, scripts=scripts)
    book(page, scripts=scripts)
    told = stack.mail(person.email, containing="Booked")
    assert person.family not in told["subject"]
    before = page.locator("dt", has_text="When").locator("xpath=..").inner_text()
    move(page, scripts=scripts)
    assert page.locator("dt", has_text="When").locator("xpath=..").inner_text() != before
    stack.mail(person.email, containing="New time")
    find(page, stack, person, scripts=scripts)


def new_record(page: Page, stack: Stack, person: journeys.Newcomer, *, scripts: bool) -> None:
    """Somebody nobody knows: searched for, not found, written down."""
    page.goto(f"{stack.site}/admin/schedule")
    journeys.check_page(page, scripts=scripts)
    page.get_by_test_id("book-visit").click()
    journeys.check_page(page, scripts=scripts)
    page.locator("main").get_by_label("Find a patient").fill(person.family)
    page.locator("main").get_by_test_id("desk-search").click()
    expect(page.get_by_text("Nobody found")).to_be_visible()
    page.get_by_role("link", name="Make a new record").click()
    page.get_by_label("First name").fill(person.given)
    page.get_by_label("Last name").fill(person.family)
    page.get_by_label("Date of birth").fill("3/14/1987")
    page.get_by_label("E-mail address").fill(person.email)
    journeys.check_page(page, scripts=scripts)
    page.get_by_test_id("desk-person-save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(person.family)
    journeys.check_page(page, scripts=scripts)


def book(page: Page, *, scripts: bool) -> None:
    """The first time of a later day, paid later."""
    choose(page, 3)
    page.get_by_label("Book now, pay later").check()
    journeys.check_page(page, scripts=scripts)
    page.get_by_test_id("desk-book").click()
    expect(page.get_by_test_id("schedule-status").first).to_have_attribute("data-status", "booked")
    journeys.check_page(page, scripts=scripts)


def move(page: Page, *, scripts: bool) -> None:
    """To another time; the same visit."""
    page.get_by_test_id("visit-move").click()
    journeys.check_page(page, scripts=scripts)
    choose(page, 1)
    expect(page.get_by_text("What was paid stays paid")).to_be_visible()
    journeys.check_page(page, scripts=scripts)
    page.get_by_test_id("desk-move").click()
    expect(page.get_by_text("The visit was moved to")).to_be_visible()


def choose(page: Page, index: int) -> None:
    """One of the times of the day shown, or of the next open one."""
    times = page.get_by_test_id("desk-time")
    if not times.count():
        page.get_by_role("link", name="Go to the next open day").click()
        expect(times.first).to_be_visible()
    times.nth(min(index, times.count() - 1)).click()
    expect(page.get_by_test_id("desk-chosen")).to_be_visible()


def find(page: Page, stack: Stack, person: journeys.Newcomer, *, scripts: bool) -> None:
    """The visit in each view of the schedule, by its day."""
    page.get_by_role("link", name="Schedule", exact=True).last.click()
    for view in ("Week", "Day", "List"):
        page.get_by_role("navigation", name="View").get_by_role("link", name=view).click()
        journeys.check_page(page, scripts=scripts)
        expect(page.get_by_test_id("schedule-row").filter(has_text=person.family)).to_be_visible()
