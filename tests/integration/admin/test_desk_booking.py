"""The receptionist's call: find somebody, see the schedule, book, move; over HTTP, no scripts."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from shared import clock
from shared.access.principal import Role
from shared.config import Settings
from shared.db import open_session
from shared.events import act
from shared.models.appointment import Appointment
from shared.models.patient import Patient
from shared.practices.editing import update_practice
from tests.browsing import Browser, signed_in
from tests.integration.booking.steps import NINE, confirm, hold, mails, patient_of, read
from tests.people import DOOR, SEEDED_AT, Cast, PracticeOf

FIND = "/admin/bookings/new"
ELEVEN = NINE + timedelta(hours=2)
PERSON: dict[str, object] = {
    "given_name": "Zoë",
    "family_name": "O’Brien-Ünal",
    "birth_date": "3/14/1987",
    "state": "FL",
}


@pytest.fixture(autouse=True)
def monday_morning(settings: Settings) -> Iterator[None]:
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("select audit.believe_sandbox_clock(true)")
    with clock.freeze(SEEDED_AT):
        yield


@pytest.fixture
def place(cast: Cast) -> PracticeOf:
    return cast.seagrape


@pytest.fixture
def rosa(app: Flask, place: PracticeOf) -> Browser:
    """The reception."""
    return signed_in(app, place, place.staff["rosa"])


def board(place: PracticeOf, number: int = 0) -> str:
    return f"/admin/patients/{list(place.patients.values())[number].id}/bookings/new"


def visits(place: PracticeOf) -> list[Appointment]:
    with open_session(place.context()) as session:
        rows = session.scalars(select(Appointment).execution_options(**DOOR))
        return sorted(rows, key=lambda row: row.created_at)


def take(place: PracticeOf, at: Any, pay: str, **more: object) -> dict[str, object]:
    who = place.practitioners["maya"]
    fixed = {"visit": "first-visit", "at": at.isoformat(), "who": str(who), "state": "FL"}
    return {**fixed, "pay": pay, **more}


def book(
    rosa: Browser, place: PracticeOf, at: Any = NINE, pay: str = "later", **more: object
) -> Any:
    page = board(place)
    action = page.removesuffix("/new")
    return rosa.post(action, take(place, at, pay, **more), printed_on=page)


def test_a_call_from_the_name_to_the_booking(rosa: Browser, place: PracticeOf) -> None:
    found = rosa.post("/admin/bookings/search", {"text": "Whi"}, printed_on=FIND)
    assert "Ana Whitfield" in found.text
    page = board(place)
    assert page in found.text
    shown = rosa.get(f"{page}?visit=first-visit&day=2027-01-05")
    link = re.search(r'href="([^"]+)"[^>]*data-testid="desk-time"', shown.text)
    assert link
    asked = rosa.get(unescape(link[1]))
    assert "How is it paid?" in asked.text
    done = book(rosa, place)
    assert done.status_code == 303
    told = rosa.get(done.headers["Location"])
    assert "Ana Whitfield is booked for Tuesday 5 January 2027 at 9:00 am Eastern." in told.text
    assert mails(place, visits(place)[-1].id) == ["booking_confirmed"]


def test_a_time_pressed_in_the_schedule_is_kept_on_the_way(
    rosa: Browser, place: PracticeOf
) -> None:
    page = rosa.get("/admin/schedule?view=day&day=2027-01-05")
    link = re.search(r'href="([^"]+)"[^>]*data-testid="free-slot"', page.text)
    assert link
    there = unescape(link[1])
    kept = dict(parse_qsl(there.partition("?")[2]))
    found = rosa.post(
        "/admin/bookings/search",
        {"text": "Whitfield", **kept},
        printed_on=there,
    )
    assert board(place) in found.text
    assert "at=" in found.text


def test_a_new_record_with_as_little_as_it_needs(rosa: Browser, place: PracticeOf) -> None:
    page = "/admin/bookings/people"
    done = rosa.post(page, dict(PERSON), printed_on=f"{page}/new")
    assert done.status_code == 303, done.text
    assert "/bookings/new" in done.headers["Location"]
    with open_session(place.context()) as session:
        rows = session.scalars(
            select(Patient).where(Patient.given_name == "Zoë").execution_options(**DOOR)
        ).all()
    assert [(row.phone, row.email, row.birth_date) for row in rows] == [
        (None, None, date(1987, 3, 14))
    ]
    again = rosa.post(page, dict(PERSON), printed_on=f"{page}/new")
    assert again.status_code == 422
    assert "has a record already" in again.text
    other = rosa.post(page, {**PERSON, "another": "y"}, printed_on=f"{page}/new")
    assert other.status_code == 303


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("given_name", "x" * 400, "at most 100 letters"),
        ("given_name", "\u200b", "Enter a first and a last name"),
        ("birth_date", "yesterday", "month, day, year"),
        ("birth_date", "3/14/2087", "Check the year"),
        ("phone", "none", "with its area code"),
        ("email", "zoe", "name@example.com"),
        ("state", "ZZ", "Not a valid choice"),
    ],
)
def test_a_record_that_makes_no_sense_is_refused(
    rosa: Browser, field: str, typed: str, words: str
) -> None:
    page = "/admin/bookings/people"
    answer = rosa.post(page, {**PERSON, field: typed}, printed_on=f"{page}/new")
    assert answer.status_code == 422
    assert words in answer.text


def test_a_refused_time_says_why_and_a_reason_bends_it(rosa: Browser, place: PracticeOf) -> None:
    page = f"{board(place)}?visit=first-visit&day=2027-01-05&ask=8 pm"
    asked = rosa.get(page)
    assert "It is outside the hours." in asked.text
    assert "Why this time all the same?" in asked.text
    evening = NINE + timedelta(hours=11)
    refused = book(rosa, place, evening)
    assert refused.status_code == 409
    assert "outside the hours" in refused.text
    assert book(rosa, place, evening, reason="works until seven").status_code == 303
    assert visits(place)[-1].override_reason == "works until seven"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("half past never", "could not read that as a time"),
        ("7:59 am", "already passed"),
    ],
)
def test_a_time_typed_by_hand_is_answered(
    rosa: Browser, place: PracticeOf, asked: str, words: str
) -> None:
    page = f"{board(place)}?visit=first-visit&day=2027-01-04&ask={asked}"
    assert words in rosa.get(page).text


def test_a_skipped_hour_is_no_time(rosa: Browser, place: PracticeOf) -> None:
    with clock.freeze(NINE + timedelta(days=60)):
        page = f"{board(place)}?visit=first-visit&day=2027-03-14&ask=2:30 am"
        rosa = signed_in_again(rosa, place)
        assert "that time does not exist" in rosa.get(page).text


def signed_in_again(rosa: Browser, place: PracticeOf) -> Browser:
    """The same person after the clock was moved: the old session has ended."""
    return signed_in(rosa.client.application, place, place.staff["rosa"])


def test_a_taken_time_is_never_given_twice(rosa: Browser, place: PracticeOf) -> None:
    hold(place, patient_of(place, 1))
    answer = book(rosa, place, reason="please")
    assert answer.status_code == 409
    assert "Somebody just took that time." in answer.text
    assert len(visits(place)) == 1


def test_a_link_to_pay_keeps_the_time(rosa: Browser, place: PracticeOf) -> None:
    done = book(rosa, place, pay="link")
    assert done.status_code == 303
    row = visits(place)[-1]
    assert (row.status, row.hold_expires_at) == ("pending", SEEDED_AT + timedelta(hours=24))
    assert mails(place, row.id) == ["payment_requested"]
    assert "gets a link to pay until" in rosa.get(done.headers["Location"]).text


def test_paying_later_is_the_practices_to_allow(rosa: Browser, place: PracticeOf) -> None:
    by = place.staff["maya"].acting(Role.OWNER)
    with open_session(by.context()) as session:
        update_practice(session, values={"desk_pay_later": False}, by=by)
    rosa.client.application.extensions["hosts"].clear()
    answer = book(rosa, place, pay="later")
    assert answer.status_code == 422
    assert "Choose how it is paid." in answer.text
    assert visits(place) == []


def test_a_move_from_the_schedule(rosa: Browser, place: PracticeOf) -> None:
    visit = hold(place, patient_of(place))
    confirm(place, visit)
    page = f"/admin/schedule/{visit}"
    assert "Ana Whitfield" in rosa.get(page).text
    shown = rosa.get(f"{page}/move/new?day=2027-01-05&at={ELEVEN.isoformat().replace('+', '%2B')}")
    assert "What was paid stays paid" in shown.text
    who = place.practitioners["maya"]
    typed = {"at": ELEVEN.isoformat(), "who": str(who), "sequence": "0"}
    done = rosa.post(f"{page}/move", dict(typed), printed_on=f"{page}/move/new")
    assert done.status_code == 303, done.text
    assert read(place, visit)[0].starts_at == ELEVEN
    behind = rosa.post(
        f"{page}/move", {**typed, "at": NINE.isoformat()}, printed_on=f"{page}/move/new"
    )
    assert behind.status_code == 409
    assert "Somebody else moved this visit" in behind.text


@pytest.mark.parametrize("view", ["week", "day", "list"])
def test_every_view_shows_the_visit_and_keeps_its_filters(
    rosa: Browser, place: PracticeOf, view: str
) -> None:
    visit = hold(place, patient_of(place))
    confirm(place, visit)
    page = f"/admin/schedule?view={view}&day=2027-01-05&state=booked"
    shown = rosa.get(page)
    assert "Ana Whitfield" in shown.text
    assert "state=booked" in shown.text
    assert "Ana Whitfield" not in rosa.get(page.replace("booked", "done")).text
    other = place.view.id
    assert rosa.get(f"{page}&with={other}").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        *("view=month", "day=never", "day=9999-99-99", "with=me", "state=%27", "day=0001-01-01"),
        *("view=week&day=2027-03-14", "view=day&day=2027-11-07", "view=list&day=2027-11-01"),
    ],
)
def test_the_schedule_understands_or_ignores_its_address(rosa: Browser, query: str) -> None:
    assert rosa.get(f"/admin/schedule?{query}").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        *("at=never", "at=2027-01-05", "at=0001-01-01T00:00:00%2B14:00", "who=x", "visit=nothing"),
        *("day=x", "at=9999-12-31T23:59:59-14:00", "ask=%00", "ask=" + "9" * 500, "with=x"),
    ],
)
def test_the_board_understands_or_ignores_its_address(
    rosa: Browser, place: PracticeOf, query: str
) -> None:
    assert rosa.get(f"{board(place)}?{query}").status_code == 200


def test_times_are_told_in_the_patients_zone_too(rosa: Browser, place: PracticeOf) -> None:
    ana = place.patients["ana"]
    with open_session(place.context()) as session:
        row = session.get_one(Patient, (place.id, ana.id), execution_options=DOOR)
        row.time_zone = "America/Los_Angeles"
        act(session, "patient.updated", target=row, patient_id=row.id)
    at = NINE.isoformat().replace("+", "%2B")
    shown = rosa.get(f"{board(place)}?visit=first-visit&at={at}")
    assert "Tuesday 5 January 2027 at 6:00 am Pacific for the patient" in shown.text
