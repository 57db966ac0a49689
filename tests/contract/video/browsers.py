"""Three browsers that open an address with a camera of their own: Chromium, Firefox, WebKitGTK."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, sync_playwright
from selenium.webdriver import WebKitGTK, WebKitGTKOptions
from selenium.webdriver.webkitgtk.service import Service

from tests.contract.video.test_room import CAMERA

CHROMIUM, FIREFOX, DRIVER = "/usr/bin/chromium", "/usr/bin/firefox-esr", "/usr/bin/WebKitWebDriver"
# A camera of coloured bars, a microphone that hums, and nobody who is asked for them.
FIREFOX_CAMERA = {"media.navigator.streams.fake": True, "media.navigator.permission.disabled": True}
WEBKIT_CAMERA = ("--enable-media-stream=true", "--enable-mock-capture-devices=true")
Opens = Callable[[str], None]


@contextmanager
def chromium() -> Iterator[Opens]:
    """Debian's Chromium."""
    _found(CHROMIUM)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=CAMERA)
        yield _opens(browser)
        browser.close()


@contextmanager
def firefox() -> Iterator[Opens]:
    """Debian's Firefox, driven over WebDriver BiDi."""
    _found(FIREFOX)
    with sync_playwright() as driver:
        browser = driver.firefox.launch(
            channel="moz-firefox", executable_path=FIREFOX, firefox_user_prefs=FIREFOX_CAMERA
        )
        yield _opens(browser)
        browser.close()


@contextmanager
def webkit() -> Iterator[Opens]:
    """Debian's WebKitGTK in its MiniBrowser, on a screen that nobody sees."""
    _found(DRIVER)
    _found(shutil.which("Xvfb") or "Xvfb")
    with _screen() as display:
        options = WebKitGTKOptions()
        options.binary_location = str(_mini_browser())
        for argument in ("--automation", *WEBKIT_CAMERA):
            options.add_argument(argument)
        # Its own sandbox wants namespaces that a container does not give.
        env = {**os.environ, "DISPLAY": display, "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        driver = WebKitGTK(options=options, service=Service(DRIVER, env=env))
        driver.set_page_load_timeout(30)
        yield driver.get
        driver.quit()


BROWSERS = {"chromium": chromium, "firefox": firefox, "webkit": webkit}


def _opens(browser: Browser) -> Opens:
    """A page of its own for each address; the one before is closed."""
    page = browser.new_context().new_page()

    def go(address: str) -> None:
        try:
            page.goto(address, wait_until="commit")
        except Error as error:
            raise AssertionError(f"{address} does not open: {error}") from error

    return go


@contextmanager
def _screen() -> Iterator[str]:
    """A display in memory; its name."""
    reader, writer = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=[writer],
        stderr=subprocess.DEVNULL,
    )
    os.close(writer)
    with os.fdopen(reader) as told:
        yield f":{told.readline().strip()}"
    screen.terminate()
    screen.wait(timeout=10)


def _mini_browser() -> Path:
    """Debian keeps it beside the library, one a GTK version."""
    found = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
    if not found:
        pytest.skip("WebKitGTK's MiniBrowser is not installed (.ci/run installs it)")
    return found[-1]


def _found(program: str) -> None:
    """A browser that is not there is a promise not proven: say so loudly."""
    if not Path(program).exists():
        pytest.skip(f"{program} is not installed (.ci/run installs it)")
