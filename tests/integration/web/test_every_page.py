"""Every page of both faces as everybody who may open it: valid, named, ours alone, no dead end."""

import re
from urllib.parse import urljoin, urlsplit

from flask import Flask

from shared.config import Settings
from tests.faces import Somebody, everybody, live_in, pages
from tests.html import complaints, links
from tests.people import Cast

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
UNREAD_AT_MOST = 15
# These are pressed, never followed by a reader of pages.
# Parts of pages, asked for again while the page is open.
PARTS = frozenset({"admin.visits_standing", "admin.visits_waiting"})
FILES = re.compile(r"\.ics$|/export\b|/calendar")


def shape(path: str) -> str:
    """An address without the ids in it and without what it asks: one of each kind is opened."""
    return ID.sub("id", urlsplit(path).path)


def follow(one: Somebody, path: str, text: str, opened: dict[str, int]) -> list[str]:
    """Open what a page links to, once of each kind; what is refused or missing is a dead end."""
    found = []
    for href in links(text):
        target = urlsplit(urljoin(f"{one.browser.base}{path}", href))
        if target.scheme not in {"http", "https"} or f"http://{target.netloc}" != one.browser.base:
            continue
        if shape(target.path) not in opened and not FILES.search(target.path):
            query = f"?{target.query}" if target.query else ""
            opened[shape(target.path)] = one.browser.get(target.path + query).status_code
        if opened.get(shape(target.path), 200) >= 400:
            found.append(f"{path} leads to {target.path}: {opened[shape(target.path)]}")
    return found


def test_every_page_is_valid_and_leads_somewhere(
    app: Flask, cast: Cast, settings: Settings
) -> None:
    practice = cast.seagrape
    things = live_in(settings, practice)
    wrong: list[str] = []
    read: set[str] = set()
    everything: set[str] = set()
    for one in everybody(app, practice):
        everything |= pages(app, one, things).keys()
        opened: dict[str, int] = {}
        for endpoint, path in pages(app, one, things).items():
            answer = one.browser.get(path)
            if answer.status_code == 200:
                read.add(endpoint)
            if (
                endpoint in PARTS
                or answer.mimetype != "text/html"
                or answer.status_code in {301, 302, 303}
            ):
                continue
            said = complaints(answer.text, host=practice.host)
            wrong += [f"{one.name} {path}: {each}" for each in said]
            if answer.status_code == 200:
                wrong += [f"{one.name}: {each}" for each in follow(one, path, answer.text, opened)]
    assert not wrong, "\n".join(wrong)
    # Pages of a visit's own day come in its journeys; nearly all others are read here.
    unread = sorted(everything - read)
    assert len(unread) <= UNREAD_AT_MOST, " ".join(unread)
