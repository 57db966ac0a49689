"""Where one is signed in, and signing out there."""

from flask import Flask

from tests.browsing import signed_in
from tests.people import Cast
from tests.visiting import Visitor


def browse(app: Flask, cast: Cast, who: str) -> Visitor:
    """A patient's browser, signed in."""
    browser = signed_in(app, cast.seagrape, cast.seagrape.patients[who])
    visitor = Visitor(app)
    visitor.client = browser.client
    return visitor


def test_other_device_is_signed_out_and_this_one_stays(app: Flask, cast: Cast) -> None:
    here, there = browse(app, cast, "ana"), browse(app, cast, "ana")
    there.get("/portal/security")
    mine, _ = there.form("/end")
    page = here.get("/portal/security")
    assert page.text.count("/end") == 2
    assert page.text.count("This device") == 1
    _, fields = here.form("/end")
    assert here.post(mine, fields).status_code == 303
    assert "That device is signed out" in here.get("/portal/security").text
    assert there.get("/portal/security").headers["Location"].startswith("/portal/sign-in")


def test_ending_the_session_in_use_signs_out_here(app: Flask, cast: Cast) -> None:
    here = browse(app, cast, "ana")
    here.get("/portal/security")
    answer = here.submit("/end")
    assert answer.headers["Location"] == "/portal/sign-in"
    assert "Clear-Site-Data" in answer.headers


def test_sessions_of_others_cannot_be_ended(app: Flask, cast: Cast) -> None:
    here, other = browse(app, cast, "ana"), browse(app, cast, "ben")
    other.get("/portal/security")
    theirs, _ = other.form("/end")
    here.get("/portal/security")
    _, fields = here.form("/end")
    assert here.post(theirs, fields).status_code == 404
    assert other.get("/portal/security").status_code == 200
