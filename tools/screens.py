"""Pictures of the main screens for docs/screens.md: both brands, phone and desk, light and dark.

`python -m tools.screens` starts a practice of its own, takes them, and writes docs/images/screens
and the page. Needs Chromium; the people of the demonstration are invented.
"""

import io
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from shared.demo.facts import IRONBOUND, PATIENTS, SEAGRAPE, STAFF
from shared.practices.creation import NewPractice
from tools.temporary import temporary_practice
from tools.ways_in import Cookie, cookie_of, inside

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "screens.md"
FOLDER = ROOT / "docs" / "images" / "screens"
AT_MOST = 2_500_000  # bytes of all pictures together
COLOURS = 96
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 860}
BROWSER_FLAGS = ["--no-sandbox", "--disable-gpu"]


@dataclass(frozen=True)
class Screen:
    """One picture and the words below it."""

    name: str
    path: str
    words: str
    practice: NewPractice = SEAGRAPE
    who: str = ""
    phone: bool = False
    dark: bool = False
    find: str = ""
    # A link of the page, which is followed.
    follow: str = ""


TITLES = {
    "site": "The public site",
    "portal": "The patient portal",
    "desk": "The practice's desk",
}
SCREENS = (
    Screen("site-home", "/", "The first page: who, where, what it costs, the next open times."),
    Screen("site-second", "/", "The second brand on the same server.", IRONBOUND),
    Screen("site-second-dark", "/", "The same by night.", IRONBOUND, dark=True),
    Screen("site-home-phone", "/", "On a phone.", phone=True),
    Screen("site-city-phone", "/locations/newark", "A city page.", IRONBOUND, phone=True),
    Screen("site-prices-phone", "/pricing", "Prices, by night.", phone=True, dark=True),
    Screen("portal-book-phone", "/portal/book/first-visit", "Choosing a time.", phone=True),
    Screen("portal-home-phone", "/portal/", "The one next thing.", who="Esther", phone=True),
    Screen(
        "portal-visits-phone", "/portal/appointments", "Visits.", who="Dale", phone=True, dark=True
    ),
    Screen(
        "portal-summary-phone",
        "/portal/summaries",
        "What was agreed, in plain words.",
        who="Dale",
        phone=True,
        follow=".row__title a",
    ),
    Screen("portal-profile", "/portal/profile", "What is theirs to change.", who="Esther"),
    Screen("portal-looks", "/portal/looks", "Who looked at my record.", who="Esther", dark=True),
    Screen("desk-today", "/admin/", "The day, what waits, how the practice does.", who="Maya"),
    Screen("desk-schedule", "/admin/schedule", "The week.", who="Maya"),
    Screen("desk-patient", "/admin/patients", "One patient.", who="Maya", find="Carmen Reyes"),
    Screen(
        "desk-note",
        "/admin/encounters",
        "A note, with what was agreed last time beside it.",
        who="Maya",
        follow='[data-testid="encounter-open"]',
    ),
    Screen("desk-settings", "/admin/settings", "Everything a practice sets.", who="Maya"),
    Screen("desk-brand", "/admin/settings/brand", "The brand, tried out live.", who="Maya"),
    Screen(
        "desk-second-dark",
        "/admin/",
        "The second practice by night.",
        IRONBOUND,
        "Tomás",
        dark=True,
    ),
    Screen("desk-log", "/admin/events", "Everything that was done and looked at.", who="Maya"),
    Screen("desk-first-run", "/admin/first-run", "Before the first patient.", who="Maya"),
    Screen("desk-phone", "/admin/", "The desk in a pocket.", who="Rosa", phone=True),
)


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with temporary_practice(fsync=False) as running, sync_playwright() as driver:
        with inside(running):
            cookies = {screen.name: _cookie(screen) for screen in SCREENS}
        chromium = driver.chromium.launch(executable_path=browser_path(), args=BROWSER_FLAGS)
        for screen in SCREENS:
            _take(chromium, running.place.port, screen, cookies[screen.name])
        chromium.close()
    PAGE.write_text(page())
    size = sum(each.stat().st_size for each in FOLDER.glob("*.png"))
    print(f"{len(SCREENS)} pictures, {size / 1000:.0f} KB")
    return 0 if size <= AT_MOST else 1


def page() -> str:
    """docs/screens.md."""
    lines = ["# Screens", "", "Made by `python -m tools.screens`; the people are invented.", ""]
    lines += [f"{SEAGRAPE.name} and {IRONBOUND.name} are two practices on one server.", ""]
    for face, title in TITLES.items():
        lines += [f"## {title}", ""]
        chosen = [each for each in SCREENS if each.name.startswith(f"{face}-")]
        for screen in (one for one in chosen if not one.phone):
            lines += [f"![{screen.words}](images/screens/{screen.name}.png)", "", screen.words, ""]
        phones = [one for one in chosen if one.phone]
        if phones:
            lines += ["| " + " | ".join(one.words for one in phones) + " |"]
            lines += ["|" + "---|" * len(phones)]
            shown = (f"![{one.words}](images/screens/{one.name}.png)" for one in phones)
            lines += ["| " + " | ".join(shown) + " |", ""]
    return "\n".join(lines)


def _cookie(screen: Screen) -> Cookie | None:
    if not screen.who:
        return None
    face = "admin" if screen.name.startswith("desk-") else "portal"
    slug, host = screen.practice.slug, screen.practice.hosts[face]
    people = [(one.given_name, one.email) for one in PATIENTS[slug]]
    people += [(one.name.split()[0], one.email) for one in STAFF[slug]]
    email = next(address for name, address in people if name == screen.who)
    return cookie_of(host, face, email)


def _take(chromium: Browser, port: int, screen: Screen, cookie: Cookie | None) -> None:
    base = f"http://{screen.practice.hosts['marketing']}:{port}"
    view: Any = PHONE if screen.phone else DESKTOP
    context = chromium.new_context(
        viewport=view,
        color_scheme="dark" if screen.dark else "light",
        timezone_id=screen.practice.time_zone,
    )
    if cookie:
        context.add_cookies([{"name": cookie.name, "value": cookie.value, "url": base}])
    shown = context.new_page()
    shown.goto(base + screen.path)
    if screen.find:
        shown.get_by_label("Find a patient", exact=True).last.fill(screen.find[:4])
        shown.get_by_role("button", name="Search", exact=True).click()
        shown.get_by_role("link", name=screen.find, exact=True).click()
        shown.get_by_role("heading", level=1, name=screen.find).wait_for()
    if screen.follow:
        shown.locator(screen.follow).first.click()
        shown.wait_for_load_state()
    shown.evaluate("document.fonts.ready.then(() => true)")
    picture = Image.open(io.BytesIO(shown.screenshot(animations="disabled"))).convert("RGB")
    picture.quantize(COLOURS).save(FOLDER / f"{screen.name}.png", optimize=True)
    context.close()


def browser_path() -> str:
    """Where Chromium is."""
    found = os.environ.get("CHROME_PATH") or shutil.which("chromium")
    if found is None:
        raise SystemExit("There is no Chromium here (set CHROME_PATH).")
    return found


if __name__ == "__main__":
    sys.exit(main())
