"""Whatever somebody may open, they come to by following links from the first page of their face."""

from collections import Counter
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask

from shared.config import Settings
from tests.faces import Somebody, everybody, live_in, pages
from tests.html import links
from tests.integration.web.test_every_page import PARTS, shape
from tests.people import Cast

# Addresses of one kind that are opened: past and coming visits, each day and each filter differ.
OF_EACH_KIND = 5
# Pages that an act leads to, a mail, or the hour of a visit, and no link of another page.
NOT_BY_LINKS = {
    "patient": frozenset(
        {
            "portal.email_changes_show",  # an act: a new address was typed
            "portal.holds_show",  # an act: a time was chosen; it is held for ten minutes
            "portal.other_windows_show",  # the visit was opened in a second window
            "portal.payments_show",  # this one was never paid: no list shows it
            "portal.payments_wait",  # an act: paying was begun
            "portal.sign_in_link_show",  # a mail's link
        }
    ),
    "staff": frozenset(
        {
            "admin.encounter_summaries_preview",  # an act: a note's or summary's last step
            "admin.note_signatures_new",
            "admin.invitation_show",  # a mail's link
            "admin.security_codes_new",  # an act, once
            "admin.visits_elsewhere",  # the visit was opened in a second window
        }
    ),
}


def reached(app: Flask, one: Somebody) -> set[str]:
    """The endpoints of the pages that links lead to, step by step."""
    ways = app.url_map.bind("localhost")
    todo, met, found = [f"/{one.face}/"], Counter({f"/{one.face}/": 1}), set[str]()
    while todo:
        path = todo.pop(0)
        answer = one.browser.get(path)
        hrefs = [answer.location] if answer.location else []
        if answer.status_code == 200:
            found.add(ways.match(urlsplit(path).path)[0])
            hrefs += links(answer.text) if answer.mimetype == "text/html" else []
        for href in hrefs:
            target = urlsplit(urljoin(f"{one.browser.base}{path}", href))
            inside = target.path.startswith(f"/{one.face}/")
            if f"{target.scheme}://{target.netloc}" != one.browser.base or not inside:
                continue
            again = target.path + (f"?{target.query}" if target.query else "")
            if met[again] or met[shape(again)] >= OF_EACH_KIND:
                continue
            met.update({again, shape(again)})
            todo.append(again)
    return found


def may_open(app: Flask, one: Somebody, path: str) -> bool:
    """True for a page that this person is shown."""
    answer = one.browser.get(path)
    return answer.status_code == 200 and answer.mimetype == "text/html"


@pytest.mark.parametrize("name", ["patient", "maya", "rosa"])
def test_every_page_is_reached_from_the_first(
    app: Flask, cast: Cast, settings: Settings, name: str
) -> None:
    practice = cast.seagrape
    things = live_in(settings, practice)
    one = next(each for each in everybody(app, practice) if each.name == name)
    found = reached(app, one)
    open_to_them = {
        endpoint for endpoint, path in pages(app, one, things).items() if may_open(app, one, path)
    }
    lost = open_to_them - found - PARTS - NOT_BY_LINKS["patient" if name == "patient" else "staff"]
    assert not lost, " ".join(sorted(lost))
