"""What a browser fetches to show a page for the first time, as it travels: 60 KB at most.

Style sheets and scripts travel packed; pages behind a sign-in do not (BREACH), so they have to be
short. Of fonts, every page's text font counts, and the heading font where the practice uses it.
"""

import re
from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from flask import Flask

from shared.config import Settings
from tests.browsing import Browser, signed_in, stranger
from tests.faces import live_in
from tests.people import Cast

AT_MOST = 60_000
HEADING_FONT = "fonts/newsreader"
FETCHED = re.compile(
    r'<(?:link rel="(?:preload|stylesheet|icon)" href|script src|img [^>]*?src)="([^"]+)"'
)
SERIF = re.compile(r'--font-display: ?"Newsreader"')
IN_STYLES = re.compile(r'url\("([^"]+)"\)')
TODAY = {"Accept-Encoding": "gzip, deflate, br"}
# Practice, who, path: the pages most people see first.
PAGES = {
    "the public site": ("seagrape", "visitor", "/"),
    "a city": ("seagrape", "visitor", "/locations/boca-raton"),
    "choosing a time": ("seagrape", "visitor", "/portal/book/first-visit"),
    "signing in": ("seagrape", "visitor", "/portal/sign-in"),
    "the portal": ("seagrape", "patient", "/portal/"),
    "the other brand's portal": ("ironbound", "patient", "/portal/"),
}


def fetched(browser: Browser, path: str) -> dict[str, int]:
    """Address -> bytes of everything that comes with a page, the page itself first."""
    answer = browser.get(path, headers=TODAY)
    assert answer.status_code == 200, path
    text = browser.get(path).text
    found = {path: len(answer.data)}
    styles = ""
    for href in dict.fromkeys(FETCHED.findall(text)):
        came = browser.get(urljoin(path, href), headers=TODAY)
        assert came.status_code == 200, href
        found[href] = len(came.data)
        if href.endswith(".css"):
            styles += browser.get(urljoin(path, href)).text
    for href in dict.fromkeys(IN_STYLES.findall(styles)):
        wanted = HEADING_FONT in href and SERIF.search(styles)
        if wanted and href not in found:
            found[href] = len(browser.get(href, headers=TODAY).data)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_first_load_weighs_60_kb_at_most(
    app: Flask,
    cast: Cast,
    settings: Settings,
    name: str,
    record_property: Callable[[str, object], None],
) -> None:
    slug, who, path = PAGES[name]
    practice = getattr(cast, slug)
    live_in(settings, practice)
    person = next(iter(practice.patients.values()))
    browser = stranger(app, practice) if who == "visitor" else signed_in(app, practice, person)
    found = fetched(browser, path)
    assert len(found) >= 4, found
    whole = sum(found.values())
    record_property("bytes", whole)
    assert whole <= AT_MOST, (name, whole, found)
