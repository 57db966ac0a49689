"""What a browser fetches to show a page for the first time, as it travels: 60 KB at most.

Style sheets and scripts travel packed; pages behind a sign-in do not (BREACH), so they have to be
short. Of fonts, every page's text font counts, and the heading font where the practice uses it.

Nobody opens the desk without signing in, so its first load is the page for that; what comes after
is its own text, and nothing that signing in has not fetched and may keep.
"""

import re
from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from flask import Flask

from shared.access.principal import Role
from shared.config import Settings
from tests.browsing import Browser, signed_in, stranger
from tests.faces import live_in
from tests.people import Cast

AT_MOST = 60_000
# The desk's first page, when signing in has fetched the rest: a page of text, which is not packed.
DESK_AT_MOST = 30_000
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
    "signing in at the desk": ("seagrape", "visitor", "/admin/sign-in"),
    "the other brand's desk": ("ironbound", "visitor", "/admin/sign-in"),
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
        # The desk's headings are set in the font of its text.
        wanted = HEADING_FONT in href and SERIF.search(styles) and 'data-face="admin"' not in text
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


@pytest.mark.parametrize("slug", ["seagrape", "ironbound"])
def test_the_desks_first_page_fetches_only_its_text_after_signing_in(
    app: Flask,
    cast: Cast,
    settings: Settings,
    slug: str,
    record_property: Callable[[str, object], None],
) -> None:
    practice = getattr(cast, slug)
    live_in(settings, practice)
    kept = fetched(stranger(app, practice), "/admin/sign-in")
    owner = next(one for one in practice.staff.values() if Role.OWNER in one.roles)
    found = fetched(signed_in(app, practice, owner), "/admin/")
    new = {href: size for href, size in found.items() if href not in kept}
    record_property("bytes", new["/admin/"])
    assert list(new) == ["/admin/"], new
    assert new["/admin/"] <= DESK_AT_MOST
