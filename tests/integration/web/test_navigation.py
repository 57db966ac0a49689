"""A face shows the ways its viewer may go, and no others."""

import re

from flask import Flask

from tests.browsing import signed_in, stranger
from tests.people import Cast

LINK = re.compile(r'<nav class="(?:side|portal)-nav".*?</nav>', re.DOTALL)


def links(text: str) -> set[str]:
    found = LINK.search(text)
    return set(re.findall(r'href="([^"]+)"', found.group())) if found else set()


def test_a_patient_sees_only_pages_that_open(app: Flask, cast: Cast) -> None:
    browser = signed_in(app, cast.seagrape, cast.seagrape.patients["ana"])
    shown = links(browser.get("/portal/").text)
    assert "/portal/appointments" in shown
    for path in shown:
        assert browser.get(path).status_code == 200, path


def test_a_receptionist_sees_only_pages_that_open(app: Flask, cast: Cast) -> None:
    browser = signed_in(app, cast.seagrape, cast.seagrape.staff["rosa"])
    text = browser.get("/admin/").text
    shown = links(text)
    assert "/admin/schedule" in shown
    assert "/admin/staff" not in shown
    for path in shown:
        assert browser.get(path).status_code == 200, path


def test_a_stranger_sees_no_ways_and_no_idle_warning(app: Flask, cast: Cast) -> None:
    text = stranger(app, cast.seagrape).get("/portal/sign-in").text
    assert links(text) == set()
    assert "data-idle-seconds" not in text


def test_a_signed_in_page_knows_how_long_it_may_lie_idle(app: Flask, cast: Cast) -> None:
    patient = signed_in(app, cast.seagrape, cast.seagrape.patients["ana"]).get("/portal/").text
    assert 'data-idle-seconds="1800"' in patient
    staff = signed_in(app, cast.seagrape, cast.seagrape.staff["rosa"]).get("/admin/").text
    assert 'data-idle-seconds="900"' in staff
