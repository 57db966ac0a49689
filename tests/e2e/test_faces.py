"""Every page of each face in a browser, signed in as each role, looked at once; slow.

`tests/integration/web/test_every_page.py` reads the same pages without a browser on every run.
"""

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium

from shared import clock
from shared.config import Settings
from tests.e2e.faces import served, window
from tests.e2e.looking import Watch, look, walk_by_keys
from tests.faces import everybody, live_in, pages
from tests.integration.marketing.reading import Reader
from tests.integration.web.test_every_page import PARTS
from tests.people import SEEDED_AT, Cast

pytestmark = pytest.mark.slow
# Pages whose keys are walked from the first to the last: one of each kind.
WALKED = frozenset(
    {
        *("portal.home_index", "portal.booking_show", "portal.profile_contact_edit"),
        *("portal.sign_in_new", "admin.today_index", "admin.schedule_index", "admin.hours_edit"),
        *("admin.brand_edit", "admin.events_index", "admin.desk_bookings_new"),
    }
)


@pytest.mark.parametrize("slug", ["seagrape", "ironbound"])
def test_every_page_of_the_portal_and_the_desk(
    app: Flask, cast: Cast, settings: Settings, chromium: Chromium, slug: str
) -> None:
    practice = getattr(cast, slug)
    wrong: list[str] = []
    with clock.freeze(SEEDED_AT), served(app) as running:
        things, base, seen = live_in(settings, practice), running.base(practice), set[str]()
        for one in everybody(app, practice):
            with window(chromium, base, one.browser) as page:
                watch = Watch(page)
                for endpoint, path in pages(app, one, things).items():
                    # Who sees less of a page sees nothing else; a refusal looks like any other.
                    answer = one.browser.get(path)
                    if answer.status_code != 200 or answer.mimetype != "text/html":
                        continue
                    if endpoint in seen | PARTS:
                        continue
                    page.goto(base + path)
                    if one.name != "visitor":
                        seen.add(endpoint)
                    said = look(page)
                    if endpoint in WALKED:
                        said += walk_by_keys(page)
                    wrong += [f"{one.name} {path}: {each}" for each in said + watch.take()]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("slug", ["seagrape", "ironbound"])
def test_every_page_of_the_site(app: Flask, cast: Cast, chromium: Chromium, slug: str) -> None:
    practice = getattr(cast, slug)
    wrong: list[str] = []
    with served(app) as running, window(chromium, running.base(practice)) as page:
        watch = Watch(page)
        for path in [*Reader(app, practice.host).map(), "/nowhere"]:
            page.goto(running.base(practice) + path)
            wrong += [f"{path}: {each}" for each in look(page) + watch.take()]
        wrong += walk_by_keys(page)
    assert not wrong, "\n".join(wrong)
