"""Ten key screens and the component page look as they did when somebody last looked at them."""

from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium

from shared import clock
from shared.config import Settings
from tests.e2e.faces import LAPTOP, PHONE, served, window
from tests.e2e.pictures import compare, drawn_elsewhere
from tests.faces import everybody, live_in
from tests.people import SEEDED_AT, Cast

# Every change of a page shows here; who makes it looks, and takes the pictures anew.
pytestmark = pytest.mark.slow
# References and names of records are made anew each time.
MASKED = (".reference", "time[data-masked]")


@dataclass(frozen=True)
class Screen:
    """One picture: whose page, how wide, how light."""

    name: str
    path: str
    who: str = "visitor"
    phone: bool = False
    dark: bool = False
    tallest: int = 1_600


SCREENS = {
    "seagrape": (
        Screen("site-home", "/", phone=True),
        Screen("site-city", "/locations/boca-raton"),
        Screen("portal-book", "/portal/book/first-visit", phone=True),
        Screen("portal-home", "/portal/", "patient", phone=True, dark=True),
        Screen("portal-messages", "/portal/profile/messages", "patient"),
        Screen("desk-today", "/admin/", "maya"),
        Screen("desk-patients", "/admin/patients", "maya", dark=True),
        Screen("desk-brand", "/admin/settings/brand", "maya"),
        Screen("components-light", "/_components?scheme=light", tallest=12_000),
        Screen(
            "components-dark", "/_components?scheme=dark", phone=True, dark=True, tallest=16_000
        ),
    ),
    "ironbound": (
        Screen("second-home", "/", dark=True),
        Screen("second-schedule", "/admin/schedule", "tomás"),
    ),
}


@pytest.mark.parametrize("slug", SCREENS)
def test_screens_look_as_they_were_judged(
    app: Flask,
    cast: Cast,
    settings: Settings,
    chromium: Chromium,
    request: pytest.FixtureRequest,
    slug: str,
) -> None:
    practice, accept = getattr(cast, slug), request.config.getoption("--accept")
    wrong: list[str] = []
    with clock.freeze(SEEDED_AT), served(app) as running:
        live_in(settings, practice)
        people = {one.name: one.browser for one in everybody(app, practice)}
        for screen in SCREENS[slug]:
            with window(
                chromium,
                running.base(practice),
                people[screen.who],
                viewport=PHONE if screen.phone else LAPTOP,
                color_scheme="dark" if screen.dark else "light",
            ) as page:
                if not accept:
                    drawn_elsewhere(page)
                page.clock.set_fixed_time(SEEDED_AT)
                page.goto(running.base(practice) + screen.path)
                said = compare(
                    page, screen.name, accept=accept, masked=MASKED, tallest=screen.tallest
                )
                wrong += [said] if said else []
    assert not wrong, "\n".join(wrong)
