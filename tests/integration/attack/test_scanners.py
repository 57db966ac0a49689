"""Programs that open mail before people do: six kinds of them, and never a session."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape

import pytest
from flask import Flask
from playwright.sync_api import sync_playwright
from sqlalchemy import text
from werkzeug.serving import make_server

from shared.db import open_session
from shared.onboarding import invite_staff
from tests.people import Cast
from tests.visiting import Visitor, mails

CHROMIUM = "/usr/bin/chromium"
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
CONTROL = re.compile(r"<(?:input|button|textarea)\b([^>]*)>", re.DOTALL)
ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')
LINK = re.compile(r'<a\b[^>]*href="([^"]+)"')
COOKIES = ("bedside_portal", "bedside_admin")
MOST_PAGES = 60


def asked(app: Flask, cast: Cast) -> tuple[Visitor, str]:
    """Ana asks for a mail in her own browser; the browser, and the path in the mail."""
    browser = Visitor(app)
    browser.get("/portal/sign-in")
    browser.submit("/portal/sign-in", email=cast.seagrape.patients["ana"].email)
    return browser, mails(cast.seagrape.id)[-1][1]["link"]


def invited(cast: Cast) -> str:
    """An invitation to the desk; the path in its mail."""
    with open_session(cast.seagrape.context()) as session:
        opened = invite_staff(
            session, email="new@s.example", name="New", roles=["nurse"], by=cast.seagrape.job()
        )
    return f"/admin/invitations/{opened.token}"


def sessions(cast: Cast) -> int:
    """How many there are, of everybody."""
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        return session.scalar(text("select count(*) from web_session")) or 0


def forms(page: str) -> list[tuple[str, dict[str, str]]]:
    """Every form that posts, filled in by somebody who has no idea."""
    found = []
    for head, body in FORM.findall(page):
        attributes = dict(ATTRIBUTE.findall(head))
        fields = {
            one["name"]: unescape(one.get("value") or "12345678")
            for one in (dict(ATTRIBUTE.findall(control)) for control in CONTROL.findall(body))
            if "name" in one
        }
        if attributes.get("method", "").lower() == "post":
            found.append((unescape(attributes["action"]), fields))
    return found


def press_everything(scanner: Visitor, link: str) -> int:
    """Open a link, submit every form of every page one gets to, follow every link.

    Returns how many forms were sent.
    """
    waiting, seen, pressed = [link], set(), 0
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answers = [scanner.get(path)]
        # Buttons on the page, and on the pages those lead to.
        for _ in range(2):
            found = [form for answer in answers for form in forms(answer.text)]
            answers = [answers[0], *(scanner.post(*form) for form in found)]
            pressed += len(found)
        for answer in answers:
            onward = [*LINK.findall(answer.text), answer.headers.get("Location", "")]
            waiting += [unescape(one) for one in onward if one.startswith(("/portal", "/admin"))]
    return pressed


def mangled(link: str) -> list[str]:
    """What mail programs make of a link."""
    return [
        link[:-1],
        link + "=",
        link + ".",
        link + "%20",
        link + "&utm_source=scan",
        link + "?utm_source=scan&safelinks=1",
        link.lower(),
        link.upper().replace("/PORTAL/SIGN-IN/LINK", "/portal/sign-in/link"),
        link.replace("-", "%2D").replace("_", "%5F"),
        link + "/",
        link + ">",
        "/" + link,
        link[:40] + "%0A" + link[40:],
        link + "\u200b",
    ]


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The program behind a socket; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.port}"
    finally:
        server.shutdown()
        thread.join(10)


def still_works(browser: Visitor, link: str) -> None:
    """After all that, the person presses once and is in."""
    browser.get(link)
    assert browser.submit("/portal/sign-in/link").status_code == 303
    assert browser.get("/portal/").status_code == 200


def ask_for_heads(scanner: Visitor, link: str) -> None:
    """Only wants to know whether the page is there."""
    for _ in range(3):
        assert scanner.client.head(link, base_url="http://localhost").status_code == 200


def prefetch(scanner: Visitor, link: str) -> None:
    """Opens the page, several times."""
    for _ in range(3):
        assert scanner.get(link).status_code == 200


def follow_links(scanner: Visitor, link: str) -> None:
    """Opens the page and everything it leads to."""
    for onward in LINK.findall(scanner.get(link).text):
        scanner.get(unescape(onward))


def press_buttons(scanner: Visitor, link: str) -> None:
    """Submits every form it can find."""
    assert press_everything(scanner, link) > 1


def mangle(scanner: Visitor, link: str) -> None:
    """Opens and submits what is left of a link after a mail program had it."""
    for odd in mangled(link):
        page = scanner.get(odd)
        for action, fields in forms(page.text):
            scanner.post(action, fields)


@pytest.mark.parametrize("scan", [ask_for_heads, prefetch, follow_links, press_buttons, mangle])
def test_a_program_that_reads_mail_is_not_signed_in(
    app: Flask, cast: Cast, scan: Callable[[Visitor, str], None]
) -> None:
    browser, link = asked(app, cast)
    desk = invited(cast)
    before = sessions(cast)
    scanner = Visitor(app)
    for one in (link, desk):
        scan(scanner, one)
    assert [scanner.cookie(name) for name in COOKIES] == [None, None]
    assert sessions(cast) == before
    still_works(browser, link)


def test_a_program_that_runs_scripts_is_not_signed_in(app: Flask, cast: Cast) -> None:
    browser, link = asked(app, cast)
    desk = invited(cast)
    before = sessions(cast)
    with served(app) as site, sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        context = chromium.new_context()
        for path in (link, desk):
            page = context.new_page()
            page.goto(site + path)
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(500)
            # The kind that presses what it sees, too.
            for _ in range(3):
                button = page.locator("main button[type=submit]").first
                if not button.count():
                    break
                button.click()
                page.wait_for_load_state("networkidle")
        kept = {one["name"] for one in context.cookies()}
        chromium.close()
    assert not kept & set(COOKIES)
    assert sessions(cast) == before
    still_works(browser, link)


def test_opening_the_link_looks_the_same_for_any_token(app: Flask, cast: Cast) -> None:
    _, link = asked(app, cast)
    good, made_up = link.rpartition("/")[2], "A" * 43
    pages = []
    for token in (good, made_up):
        visitor = Visitor(app)
        text_of_page = visitor.get(f"/portal/sign-in/link/{token}").text.replace(token, "TOKEN")
        pages.append(re.sub(r'(csrf_token|idempotency_key)" value="[^"]*"', r"\1", text_of_page))
    assert pages[0] == pages[1]
