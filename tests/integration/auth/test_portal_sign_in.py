"""A patient signs in by mail: with the link, with the code, here and elsewhere."""

from flask import Flask

from tests.visiting import Visitor, mails
from tests.people import Cast


def ask(visitor: Visitor, email: str) -> str:
    """Ask for a mail; returns the address of the waiting page."""
    visitor.get("/portal/sign-in")
    answer = visitor.submit("/portal/sign-in", email=email)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_known_patient_signs_in_by_one_press_in_the_browser_that_asked(
    app: Flask, cast: Cast
) -> None:
    visitor = Visitor(app)
    ask(visitor, cast.seagrape.patients["ana"].email)
    template, context = mails(cast.seagrape.id)[-1]
    assert template == "sign_in"
    page = visitor.get(context["link"])
    assert page.status_code == 200
    answer = visitor.submit("/portal/sign-in/link")
    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"] == "/portal/"
    assert visitor.cookie("bedside_portal")
