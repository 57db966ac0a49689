"""One running practice for all journeys, one browser, a fresh window for each test."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.e2e.stack import Stack, start_stack

CHROMIUM = "/usr/bin/chromium"
FIREFOX = "/usr/bin/firefox-esr"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # A camera that shows a turning disc, for visits by video; nobody is asked for it. Without a
    # network the only way between two browsers is the machine's loopback.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole practice, started by the command a person would use."""
    stack = start_stack(tmp_path_factory.mktemp("practice") / "data")
    yield stack
    stack.stop()


@pytest.fixture
def stack(running: Stack) -> Iterator[Stack]:
    """The practice at the present hour, with no vendor misbehaving."""
    yield running
    moved = running.sandbox.clock() != 0
    running.sandbox.clock(offset=0)
    if moved:
        time.sleep(1.5)  # each process reads the clock's file once a second
    for service in ("ses", "resend", "stripe", "kms", "s3"):
        running.sandbox.fault(service, "off")


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """The driver of all browsers; gone with the journeys, for it lets no event loop run beside."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def firefox(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Firefox, driven over WebDriver BiDi."""
    browser = playwright.firefox.launch(channel="moz-firefox", executable_path=FIREFOX)
    yield browser
    browser.close()


Window = Callable[..., Page]


@pytest.fixture
def window(chromium: Browser) -> Iterator[Window]:
    """Open a window: window(phone=True, scripts=False). What the pages complain about fails."""
    yield from windows_of(chromium)


@pytest.fixture
def fox_window(firefox: Browser) -> Iterator[Window]:
    """The same in Firefox."""
    yield from windows_of(firefox)


def windows_of(browser: Browser) -> Iterator[Window]:
    """A maker of windows; closes them, and fails when a page complained."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_window(*, phone: bool = False, scripts: bool = True, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            timezone_id="America/New_York",
            locale="en-US",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if "Content Security Policy" in message.text
                else None
            ),
        )
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []
