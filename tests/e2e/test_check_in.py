"""Visit day from the patient's side: check-in without scripts, devices, waiting, the phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.e2e import attending, journeys
from tests.e2e.conftest import CHROMIUM, QUIET, Window, windows_of
from tests.e2e.stack import Stack


@pytest.fixture(scope="module")
def camera_browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium with a camera that shows a moving pattern and a microphone that beeps."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *attending.CAMERA])
    yield browser
    browser.close()


@pytest.fixture
def camera_window(camera_browser: Browser) -> Iterator[Window]:
    """Windows of that browser."""
    yield from windows_of(camera_browser)


def test_patient_checks_in_tries_devices_waits_and_takes_the_phone(
    stack: Stack, window: Window, camera_window: Window
) -> None:
    due = attending.book(window(phone=True, scripts=False), stack)
    attending.go_to_the_door(stack, due)
    plain = window(phone=True, scripts=False)
    attending.come_back(plain, stack, due)
    refused_elsewhere(plain, stack)
    plain.goto(f"{stack.site}/portal/")
    attending.check_in(plain, scripts=False)
    plain.get_by_test_id("check-done").click()
    expect(plain.get_by_test_id("visit-wait")).to_contain_text("You are next.")
    plain.get_by_test_id("visit-refresh").click()
    expect(plain.get_by_test_id("visit-wait")).to_contain_text("You are next.")

    page = camera_window(phone=True)
    page.context.add_cookies(plain.context.cookies())  # type: ignore[arg-type]  # its own answer
    page.goto(f"{stack.site}/portal/")
    journeys.check_page(page)
    page.get_by_test_id("visit-enter").click()
    expect(page.get_by_test_id("visit-wait")).to_contain_text("You are next.")
    journeys.check_page(page)
    page.get_by_test_id("visit-check").click()
    try_devices(page)
    go_on_by_phone(page)


def refusing(name: str, when: str = "true") -> str:
    """A browser whose devices cannot be opened, for that reason."""
    return f"""const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (asked) =>
      {when} ? Promise.reject(new DOMException("", "{name}")) : open(asked);"""


# What stands in the way, by the code that is kept, and how a browser says it.
TROUBLE = {
    "camera_denied": refusing("NotAllowedError"),
    "camera_busy": refusing("NotReadableError"),
    "camera_absent": refusing("NotFoundError", "asked.video"),
    "microphone_absent": refusing("NotFoundError"),
    "no_webrtc": "delete window.RTCPeerConnection;",
}


def test_every_trouble_with_devices_has_words_and_a_way_on(
    stack: Stack, window: Window, camera_window: Window
) -> None:
    booked = window(phone=True)
    due = attending.book(booked, stack)
    for code, script in TROUBLE.items():
        page = camera_window(phone=True)
        page.context.add_cookies(booked.context.cookies())  # type: ignore[arg-type]  # its own
        page.add_init_script(script)
        page.goto(f"{stack.site}{due.path}/visit/check")
        page.get_by_test_id("check-start").click()
        expect(page.locator(f"[data-problem={code}]")).to_be_visible()
        expect(page.locator("[data-problem]:visible"), code).to_have_count(1)
        if code != "no_webrtc":
            expect(page.get_by_test_id("check-again")).to_be_visible()
        journeys.check_page(page)
        assert page.locator("[name=reason]").input_value() == code
        page.get_by_test_id("check-done").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("You are early")


def refused_elsewhere(page: Page, stack: Stack) -> None:
    """A state without a licence, and the way back."""
    page.get_by_test_id("visit-enter").click()
    page.get_by_test_id("visit-state").select_option("TX")
    page.get_by_test_id("visit-next").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("cannot see you in Texas")
    page.get_by_test_id("visit-again").click()
    expect(page.get_by_test_id("visit-state")).to_be_visible()


def try_devices(page: Page) -> None:
    """See oneself, be heard, hear a sound, and learn what the line is good for."""
    journeys.check_page(page)
    page.get_by_test_id("check-start").click()
    expect(page.get_by_test_id("check-mirror")).to_be_visible()
    page.wait_for_function("document.querySelector('[data-check-mirror]').videoWidth > 0")
    expect(page.get_by_text("We hear you.")).to_be_visible()
    page.get_by_test_id("check-ring").click()
    page.get_by_test_id("check-heard-it").click()
    expect(page.get_by_text("Your line is good")).to_be_visible(timeout=20_000)
    journeys.check_page(page)
    page.get_by_test_id("check-done").click()
    expect(page.get_by_test_id("visit-wait")).to_be_visible()


def go_on_by_phone(page: Page) -> None:
    """Confirm the number that is known."""
    page.get_by_test_id("visit-phone").click()
    journeys.check_page(page)
    expect(page.get_by_test_id("visit-number")).to_have_value("(561) 555-0199")
    page.get_by_test_id("visit-number").fill("12")
    page.get_by_test_id("visit-call-me").click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.get_by_test_id("visit-number").fill("561 555 0147")
    page.get_by_test_id("visit-call-me").click()
    expect(page.get_by_test_id("visit-number-told")).to_have_text("(561) 555-0147")
    journeys.check_page(page)
