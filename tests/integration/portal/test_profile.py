"""The profile: contact data behind a fresh sign-in, choices, and who may not."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from shared import clock
from shared.booking import find_next_times, get_visit_type, hold_slot
from shared.db import open_session
from shared.events import act
from shared.models.appointment import Appointment
from shared.models.patient import Patient
from shared.models.patient_access import PatientAccess
from shared.models.preference import Preference
from tests.belongings import belongings_of
from tests.browsing import Browser, signed_in, stranger
from tests.people import DOOR, SEEDED_AT, Cast, PatientOf, PracticeOf
from tests.visiting import mails

CONTACT = {
    "preferred_name": "Annie",
    "phone": "(561) 555-0144",
    "address": "  1 Ocean Drive \n\n Boca Raton 33432 ",
    "state": "FL",
    "time_zone": "America/Chicago",
}
LATER = timedelta(minutes=6)


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[None]:
    with clock.freeze(SEEDED_AT):
        yield


@pytest.fixture
def practice(cast: Cast) -> PracticeOf:
    return cast.seagrape


@pytest.fixture
def ana(app: Flask, practice: PracticeOf) -> Browser:
    return signed_in(app, practice, practice.patients["ana"])


def record(practice: PracticeOf, name: str = "ana") -> Patient:
    with open_session(practice.context()) as session:
        key = (practice.id, practice.patients[name].id)
        return session.get_one(Patient, key, execution_options=DOOR)


def choices(practice: PracticeOf) -> list[Preference]:
    with open_session(practice.context()) as session:
        return list(session.scalars(select(Preference).execution_options(**DOOR)))


def make_proxy(practice: PracticeOf, patient: PatientOf) -> None:
    """From now on the account acts for the patient as a proxy."""
    with open_session(practice.context()) as session:
        for row in session.scalars(
            select(PatientAccess).where(PatientAccess.patient_id == patient.id)
        ):
            row.relationship = "proxy"
        act(session, "practice.seeded", target=("practice", practice.id))


def test_the_profile_shows_what_may_be_changed_and_what_only_the_practice_may(ana: Browser) -> None:
    page = ana.get("/portal/profile").text
    for words in ("Contact data", "ana@patients.example", "Only the practice can change these"):
        assert words in page
    for way in ("/portal/profile/email", "/portal/profile/messages", "/portal/looks"):
        assert f'href="{way}"' in page


def test_contact_data_is_kept_and_the_log_names_what_changed(
    practice: PracticeOf, ana: Browser
) -> None:
    done = ana.post("/portal/profile/contact", CONTACT, printed_on="/portal/profile/contact")
    assert done.headers["Location"] == "/portal/profile"
    row = record(practice)
    assert (row.preferred_name, row.phone, row.time_zone) == (
        "Annie",
        "+15615550144",
        "America/Chicago",
    )
    assert row.address == "1 Ocean Drive\nBoca Raton 33432"
    assert (row.given_name, row.called) == ("Ana", "Annie")
    assert "Your contact data is saved" in ana.get("/portal/profile").text
    assert "Hello, <bdi>Annie</bdi>" in ana.get("/portal/").text


def test_visits_ahead_follow_to_the_new_zone(practice: PracticeOf, ana: Browser) -> None:
    visit = belongings_of(practice, practice.patients["ana"]).ids["appointment_id"]
    ana.post("/portal/profile/contact", CONTACT, printed_on="/portal/profile/contact")
    with open_session(practice.context()) as session:
        row = session.get_one(Appointment, (practice.id, visit), execution_options=DOOR)
        assert row.patient_time_zone == "America/Chicago"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("phone", "12", "Enter a phone number with its area code"),
        ("time_zone", "../etc/passwd", "Choose a time zone"),
        ("state", "ZZ", "Not a valid choice"),
        ("preferred_name", "x" * 400, "at most 100 letters"),
        ("address", "x" * 500, "at most 400 letters"),
    ],
)
def test_what_is_none_is_refused_and_stays_typed(
    practice: PracticeOf, ana: Browser, field: str, typed: str, words: str
) -> None:
    answer = ana.post(
        "/portal/profile/contact", CONTACT | {field: typed}, printed_on="/portal/profile/contact"
    )
    assert answer.status_code == 422
    assert words in answer.text
    assert "1 Ocean Drive" in answer.text or field == "address"
    assert record(practice).preferred_name is None


@pytest.mark.parametrize("name", ["محمد", "🦄 Zoë", "W" * 100, "O'Brien \u202e<b>"])
def test_any_name_is_a_name(practice: PracticeOf, ana: Browser, name: str) -> None:
    ana.post(
        "/portal/profile/contact",
        CONTACT | {"preferred_name": name},
        printed_on="/portal/profile/contact",
    )
    assert record(practice).called
    page = ana.get("/portal/")
    assert page.status_code == 200
    assert "<b>" not in page.text


@pytest.mark.parametrize("path", ["/portal/profile/contact", "/portal/profile/email"])
def test_contact_data_asks_for_a_fresh_sign_in(ana: Browser, path: str) -> None:
    with clock.freeze(SEEDED_AT + LATER):
        answer = ana.get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/portal/sign-in?back=")


def test_proving_it_again_has_a_page_for_the_digits(practice: PracticeOf, ana: Browser) -> None:
    with clock.freeze(SEEDED_AT + LATER):
        asked = ana.get("/portal/profile/email").location
        form = {"email": practice.patients["ana"].email, "back": "/portal/profile/email"}
        waiting = ana.post("/portal/sign-in", form, printed_on=asked).location
        assert "/code" in ana.get(waiting).text
        code = mails(practice.id)[-1][1]["code"]
        proven = ana.post(f"{waiting}/code", {"code": code}, printed_on=waiting)
        assert proven.location == "/portal/profile/email"
        assert ana.get("/portal/profile/email").status_code == 200


def test_a_change_with_a_stale_sign_in_is_not_made(practice: PracticeOf, ana: Browser) -> None:
    hidden = ana.hidden("/portal/profile/contact")
    with clock.freeze(SEEDED_AT + LATER):
        answer = ana.post("/portal/profile/contact", hidden | CONTACT)
    assert answer.headers["Location"].startswith("/portal/sign-in")
    assert record(practice).preferred_name is None


def test_choices_are_kept_in_one_row(practice: PracticeOf, ana: Browser) -> None:
    night = {"quiet": "y", "quiet_from": "21:30", "quiet_until": "07:00", "language": ""}
    for wanted in ({"news": "y", "reminder": "y"}, {"receipt": "y"}):
        done = ana.post(
            "/portal/profile/messages", night | wanted, printed_on="/portal/profile/messages"
        )
        assert done.status_code == 303
    [row] = choices(practice)
    assert row.wanted == ["email:receipt"]
    assert (f"{row.quiet_from:%H:%M}", f"{row.quiet_until:%H:%M}") == ("21:30", "07:00")
    page = ana.get("/portal/profile/messages").text
    assert '<option selected value="21:30">' in page
    assert "These always come" in page


def test_hours_that_end_where_they_begin_are_refused(practice: PracticeOf, ana: Browser) -> None:
    same = {"quiet": "y", "quiet_from": "21:00", "quiet_until": "21:00", "language": ""}
    answer = ana.post("/portal/profile/messages", same, printed_on="/portal/profile/messages")
    assert answer.status_code == 422
    assert choices(practice) == []


def test_only_languages_that_exist_are_offered(ana: Browser) -> None:
    page = ana.get("/portal/profile/messages").text
    assert "English. We have no other language yet." in page
    assert "Español" not in page


@pytest.mark.parametrize(
    "path", ["/portal/profile/contact", "/portal/profile/messages", "/portal/profile/email"]
)
def test_a_proxy_and_a_stranger_change_nothing(
    app: Flask, practice: PracticeOf, ana: Browser, path: str
) -> None:
    hidden = ana.hidden("/portal/appointments")
    make_proxy(practice, practice.patients["ana"])
    assert ana.get(path).status_code == 403
    assert ana.post(path, hidden | CONTACT).status_code == 403
    assert ana.get("/portal/profile").status_code == 403
    here = ana.get("/portal/security").text
    assert 'href="/portal/profile"' not in here
    assert 'href="/portal/security" aria-current="page"' in here
    assert stranger(app, practice).get(path).status_code == 303
    assert record(practice).preferred_name is None
    assert choices(practice) == []


def test_one_practice_never_changes_the_record_of_another(
    app: Flask, cast: Cast, practice: PracticeOf
) -> None:
    person = next(iter(cast.ironbound.patients.values()))
    theirs = signed_in(app, cast.ironbound, person)
    theirs.post("/portal/profile/contact", CONTACT, printed_on="/portal/profile/contact")
    assert {record(practice, name).preferred_name for name in practice.patients} == {None}


def test_times_are_offered_in_the_patients_own_zone(practice: PracticeOf, ana: Browser) -> None:
    ana.post("/portal/profile/contact", CONTACT, printed_on="/portal/profile/contact")
    page = ana.get("/portal/book/first-visit").text
    assert '<option value="America/Chicago" selected>' in page


def test_every_refused_time_of_the_day_has_its_reason(
    practice: PracticeOf, app: Flask, ana: Browser
) -> None:
    """Nobody is named, and what is offered is not refused."""
    ben = practice.patients["ben"].viewer
    with open_session(ben.context()) as session:
        visit = get_visit_type(session, practice_id=practice.id, slug="first-visit")
        first = find_next_times(session, visit_type=visit, count=1)[0]
        at, where = first.starts_at, practice.view.time_zone
        hold_slot(session, visit_type=visit, starts_at=at, by=ben, time_zone=where)
    day = first.starts_at.astimezone().date().isoformat()
    page = stranger(app, practice).get(f"/portal/book/first-visit?day={day}").text
    assert "Why not another time?" in page
    assert "That time is taken, or too close to another visit." in page
    assert "Ben" not in page
