"""Anybody can type somebody else's address into "About you": its owner is asked, and may say no."""

import re

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from shared.booking import find_next_times, get_visit_type
from shared.db import open_session
from shared.models.account import Account
from shared.models.appointment import Appointment
from shared.models.patient import Patient
from shared.models.sign_in_attempt import SignInAttempt
from tests.people import Cast
from tests.visiting import Visitor, mails

ABOUT = {
    "given_name": "Planted",
    "family_name": "Person",
    "birth_date": "3/14/1987",
    "phone": "(561) 555-0187",
    "state": "FL",
}


def plant(app: Flask, cast: Cast, email: str) -> Visitor:
    """A stranger holds a time and says that they are whoever reads that mailbox."""
    with open_session(cast.seagrape.context()) as session:
        visit = get_visit_type(session, practice_id=cast.seagrape.id, slug="follow-up")
        at = find_next_times(session, visit_type=visit, count=1)[0].starts_at
    stranger = Visitor(app)
    stranger.get("/portal/book/follow-up")
    _, fields = stranger.form("/holds")
    held = stranger.post("/portal/holds", fields | {"starts_at": at.isoformat()})
    stranger.get(held.headers["Location"])
    asked = stranger.submit("/details", email=email, **ABOUT)
    assert asked.status_code == 303, asked.text
    return stranger


def type_the_digits(app: Flask, cast: Cast) -> Visitor:
    """Whoever reads the mailbox, in their own browser, up to the question."""
    context = mails(cast.seagrape.id)[-1][1]
    person = Visitor(app)
    person.get(context["link"])
    person.submit("/portal/sign-in/link")
    asked = person.submit("/portal/sign-in/link/code", code=context["code"])
    assert asked.status_code == 200
    assert "Is this you?" in asked.text
    return person


def count(cast: Cast, model: type[Patient] | type[Account]) -> int:
    """How many there are."""
    with open_session(cast.seagrape.context()) as session:
        statement = select(func.count()).select_from(model).execution_options(door=True)
        return session.scalar(statement) or 0


def acts(cast: Cast, name: str) -> int:
    """How often an act is in the log."""
    with open_session(cast.seagrape.context("bedside_auditor")) as session:
        statement = "select count(*) from audit.event where kind = 'act' and action = :name"
        return session.scalar(text(statement), {"name": name}) or 0


def test_the_question_says_no_more_than_tells_one(app: Flask, cast: Cast) -> None:
    plant(app, cast, "victim@example.com")
    before = count(cast, Patient), count(cast, Account)
    person = type_the_digits(app, cast)
    assert person.last is not None
    body = re.sub(r"<(head|footer).*?</\1>", "", person.last.text, flags=re.DOTALL)
    assert "Planted" in body
    assert [said for said in ("Person", "1987", "3/14", "555-0187") if said in body] == []
    assert person.cookie("bedside_portal") is None
    assert (count(cast, Patient), count(cast, Account)) == before


def test_no_keeps_nothing_of_it_but_the_line_in_the_log(app: Flask, cast: Cast) -> None:
    plant(app, cast, "victim@example.com")
    before = count(cast, Patient), count(cast, Account)
    person = type_the_digits(app, cast)
    answer = person.submit("/portal/sign-in/link/code", answer="no")
    assert answer.status_code == 200
    assert "We put it away" in answer.text
    assert person.cookie("bedside_portal") is None
    assert (count(cast, Patient), count(cast, Account)) == before
    assert acts(cast, "sign_in.disowned") == 1
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        assert session.scalars(select(SignInAttempt.used_at)).one() is not None
    context = mails(cast.seagrape.id)[-1][1]
    person.get(context["link"])
    assert person.submit("/portal/sign-in/link").status_code == 410


@pytest.mark.parametrize("way", ["details", "returning"])
def test_a_known_person_who_says_no_signs_in_to_their_own_record_only(
    app: Flask, cast: Cast, way: str
) -> None:
    ana = cast.seagrape.patients["ana"]
    if way == "details":
        plant(app, cast, ana.email)
    else:
        stranger = plant(app, cast, "other@example.com")
        assert stranger.last is not None
        hold_id = appointment(cast).id
        stranger.get(f"/portal/holds/{hold_id}")
        fields = {"known-email": ana.email, "known-state": "FL"}
        assert stranger.submit("/returning", **fields).status_code == 303
    before = count(cast, Patient)
    person = type_the_digits(app, cast)
    answer = person.submit("/portal/sign-in/link/code", answer="no")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/portal/")
    home = person.get("/portal/").text
    assert "Planted" not in home
    assert "put that request away" in home
    assert count(cast, Patient) == before
    assert appointment(cast).patient_id is None
    assert acts(cast, "sign_in.disowned") == 1
    assert acts(cast, "appointment.hold_claimed") == 0


def appointment(cast: Cast) -> Appointment:
    """The stranger's hold."""
    with open_session(cast.seagrape.context()) as session:
        statement = select(Appointment).where(Appointment.status == "pending")
        return session.scalars(statement.execution_options(door=True)).one()


def test_yes_goes_on_with_the_held_time(app: Flask, cast: Cast) -> None:
    plant(app, cast, "zoe@example.com")
    person = type_the_digits(app, cast)
    answer = person.submit("/portal/sign-in/link/code", answer="yes")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/portal/appointments/{appointment(cast).id}/payment"
    assert acts(cast, "appointment.hold_claimed") == 1
    assert acts(cast, "sign_in.disowned") == 0


def test_the_browser_that_typed_it_is_not_asked(app: Flask, cast: Cast) -> None:
    stranger = plant(app, cast, "zoe@example.com")
    stranger.get(mails(cast.seagrape.id)[-1][1]["link"])
    assert stranger.submit("/portal/sign-in/link").status_code == 303


def test_the_question_costs_no_try_and_needs_the_digits_again(app: Flask, cast: Cast) -> None:
    plant(app, cast, "zoe@example.com")
    context = mails(cast.seagrape.id)[-1][1]
    person = Visitor(app)
    for _ in range(4):
        person.get(context["link"])
        person.submit("/portal/sign-in/link")
        wrong = person.submit("/portal/sign-in/link/code", code="1", answer="yes")
        assert wrong.status_code == 422
    person = type_the_digits(app, cast)
    assert person.submit("/portal/sign-in/link/code", answer="yes").status_code == 303
