"""The palette and the keys: what each role is offered, and turning single keys off."""

import re

import pytest
from flask import Flask

from shared.attention import raise_item
from shared.db import open_session
from shared.ids import new_id
from tests.browsing import Browser, signed_in
from tests.people import Cast

OPTION = re.compile(r'role="option"[^>]*href="([^"]+)"')


@pytest.fixture
def maya(app: Flask, cast: Cast) -> Browser:
    """Physician and owner."""
    return signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])


@pytest.fixture
def rosa(app: Flask, cast: Cast) -> Browser:
    """The receptionist."""
    return signed_in(app, cast.seagrape, cast.seagrape.staff["rosa"])


def ask(browser: Browser, typed: str, path: str = "/admin/palette/results") -> str:
    answer = browser.post(path, {"q": typed}, printed_on="/admin/palette")
    assert answer.status_code == 200
    return answer.text


def test_every_offer_opens(maya: Browser, rosa: Browser) -> None:
    for browser in (maya, rosa):
        offered = set(OPTION.findall(ask(browser, "")))
        assert len(offered) > 4
        for path in offered:
            assert browser.get(path).status_code in (200, 303), path


def test_nobody_is_offered_what_is_not_open_to_them(rosa: Browser, maya: Browser) -> None:
    assert "/admin/staff/new" in ask(maya, "invite")
    assert "/admin/staff" not in ask(rosa, "invite")
    assert "Nothing fits" in ask(rosa, "invite")


@pytest.mark.parametrize(
    ("typed", "href"),
    [
        ("sched", "/admin/schedule"),
        ("LOG", "/admin/events"),
        ("stripe", "/admin/settings/payments"),
    ],
)
def test_pages_and_actions_are_found_by_their_words(maya: Browser, typed: str, href: str) -> None:
    assert href in OPTION.findall(ask(maya, typed))


def test_a_person_is_found_by_three_letters_and_the_search_is_noted(
    rosa: Browser, maya: Browser, cast: Cast
) -> None:
    ana = cast.seagrape.patients["ana"].id
    page = ask(rosa, "whi")
    assert f"/admin/patients/{ana}" in OPTION.findall(page)
    assert "14 March 1987" in page
    looks = maya.get(f"/admin/patients/{ana}/story?looks=1").text
    assert "found the record in a search" in looks


def test_each_practice_finds_its_own(app: Flask, rosa: Browser, cast: Cast) -> None:
    tomas = signed_in(app, cast.ironbound, cast.ironbound.staff["tomás"])
    assert "Cleo Marchetti" in ask(tomas, "cleo")
    assert "Cleo Marchetti" not in ask(rosa, "cleo")


@pytest.mark.parametrize("typed", ["", "%", "'", "<script>", "🙂", "x" * 500, "\x00\x07"])
def test_nothing_that_is_typed_breaks_it(rosa: Browser, typed: str) -> None:
    for path in ("/admin/palette/results", "/admin/palette"):
        assert "<script>" not in ask(rosa, typed, path).replace("<script src", "")


def test_without_scripts_the_palette_is_a_page(rosa: Browser, cast: Cast) -> None:
    page = ask(rosa, "ana", "/admin/palette")
    assert f'href="/admin/patients/{cast.seagrape.patients["ana"].id}"' in page


def test_single_keys_are_turned_off_for_the_person(
    rosa: Browser, maya: Browser, app: Flask, cast: Cast
) -> None:
    assert 'data-single-keys="on"' in rosa.get("/admin/").text
    off = rosa.post("/admin/keyboard", {"single_keys": "off"}, printed_on="/admin/keyboard")
    assert off.status_code == 303
    assert "Single keys do nothing any more." in rosa.get("/admin/keyboard").text
    elsewhere = signed_in(app, cast.seagrape, cast.seagrape.staff["rosa"])
    assert 'data-single-keys="off"' in elsewhere.get("/admin/").text
    assert 'data-single-keys="on"' in maya.get("/admin/").text
    rosa.post("/admin/keyboard", {"single_keys": "on"}, printed_on="/admin/keyboard")
    assert 'data-single-keys="on"' in elsewhere.get("/admin/").text


def test_the_number_of_what_waits_is_on_every_page(
    rosa: Browser, maya: Browser, cast: Cast
) -> None:
    with open_session(cast.seagrape.context()) as session:
        raise_item(session, "refund_failed", patient_id=cast.seagrape.patients["ana"].id)
        raise_item(session, "second_provider_used")
    assert '<span class="nav-count">1</span>' in rosa.get("/admin/patients").text
    assert '<span class="nav-count">2</span>' in maya.get("/admin/schedule").text


def test_a_refusal_and_an_absence_ask_for_no_number(rosa: Browser) -> None:
    assert rosa.get("/admin/staff").status_code == 403
    assert rosa.get("/admin/nowhere").status_code == 404
    assert rosa.get(f"/admin/patients/{new_id()}").status_code == 404
