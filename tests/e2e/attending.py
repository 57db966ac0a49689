"""On the day of a visit: booked with a page, time moved to its door, signed in once more."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from shared import clock
from tests.e2e import journeys
from tests.e2e.journeys import Newcomer
from tests.e2e.stack import Stack

# Fake devices and a loopback to call over, for a browser that makes video calls.
CAMERA = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
]
_ID = re.compile(r"/portal/appointments/([0-9a-f-]{36})")
_BEGINS = re.compile(r"DTSTART:(\d{8}T\d{6})Z")


@dataclass(frozen=True)
class Due:
    """A visit somebody has booked."""

    person: Newcomer
    path: str
    begins_at: datetime


def book(page: Page, stack: Stack, *, index: int = 0) -> Due:
    """A visit by video, booked and paid by somebody new."""
    person = journeys.newcomer()
    page.goto(f"{stack.site}/portal/book/follow-up")
    journeys.pick(page, index=index)
    journeys.say_who(page, person)
    journeys.sign_in_by_code(page, stack, person.email)
    journeys.go_to_stripe(page)
    journeys.pay(page)
    journeys.wait_for_confirmation(page)
    found = _ID.search(page.get_by_test_id("appointment-calendar").get_attribute("href") or "")
    assert found
    path = f"/portal/appointments/{found[1]}"
    calendar = page.request.get(f"{stack.site}{path}/calendar.ics").text()
    begins = _BEGINS.search(calendar)
    assert begins, calendar
    at = datetime.strptime(begins[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return Due(person, path, at)


def go_to_the_door(stack: Stack, due: Due, *, before: timedelta = timedelta(minutes=10)) -> None:
    """Move everybody's clock to shortly before the visit."""
    now = datetime.now(UTC) + timedelta(seconds=stack.sandbox.clock())
    stack.advance(seconds=int((due.begins_at - before - now).total_seconds()))
    assert clock.OFFSET_TRUSTED_SECONDS


def come_back(page: Page, stack: Stack, due: Due) -> None:
    """Sign in on the day; the first page leads to the visit."""
    page.goto(f"{stack.site}/portal/")
    page.get_by_test_id("sign-in-email").fill(due.person.email)
    page.get_by_test_id("sign-in-submit").click()
    journeys.sign_in_by_code(page, stack, due.person.email)
    expect(page.get_by_test_id("visit-enter")).to_be_visible()


def check_in(page: Page, *, scripts: bool = True) -> None:
    """Both questions, to the page of the devices."""
    page.get_by_test_id("visit-enter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Where are you now?")
    journeys.check_page(page, scripts=scripts)
    page.get_by_test_id("visit-state").select_option("FL")
    page.get_by_test_id("visit-next").click()
    expect(page.get_by_test_id("visit-agree")).to_be_visible()
    journeys.check_page(page, scripts=scripts)
    page.get_by_test_id("visit-agree").check()
    page.get_by_test_id("visit-next").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Try camera and sound")
