"""The desk's search, a patient's page and story; who may see which."""

import pytest
from flask import Flask

from shared.booking import (
    confirm_appointment,
    find_next_times,
    get_visit_type,
    hold_slot,
)
from shared.db import open_session
from tests.browsing import Browser, signed_in, stranger
from tests.people import Cast


@pytest.fixture
def rosa(app: Flask, cast: Cast) -> Browser:
    """The receptionist."""
    return signed_in(app, cast.seagrape, cast.seagrape.staff["rosa"])


@pytest.fixture
def maya(app: Flask, cast: Cast) -> Browser:
    """The physician, who owns the practice too."""
    return signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])


@pytest.mark.parametrize(
    "typed", ["whit", "Whitfield", "03/14/1987", "(561) 555-0171", "ANA@patients.example"]
)
def test_a_receptionist_finds_a_patient_by_what_is_said(rosa: Browser, typed: str) -> None:
    answer = rosa.post("/admin/patients/search", {"text": typed}, printed_on="/admin/patients")
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert "Ana Whitfield" in page
    assert "Ben Okafor" not in page


@pytest.mark.parametrize(
    "typed", ["wh", "zzz", "<script>alert(1)</script>", "' or 1=1 --", "100%", "🙂🙂🙂x", "רחל"]
)
def test_what_is_no_name_finds_nobody_and_breaks_nothing(rosa: Browser, typed: str) -> None:
    answer = rosa.post("/admin/patients/search", {"text": typed}, printed_on="/admin/patients")
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert "Nobody found" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("typed", ["w", "%", "'", "_", "Ω", "🙂", "   ", "%%%", "..."])
def test_what_is_too_short_is_told_so(rosa: Browser, typed: str) -> None:
    answer = rosa.post("/admin/patients/search", {"text": typed}, printed_on="/admin/patients")
    page = answer.get_data(as_text=True)
    assert ("too short to look for" in page) != (answer.status_code == 422)
    assert "Ana Whitfield" not in page


def test_an_empty_search_says_what_to_type(rosa: Browser) -> None:
    answer = rosa.post("/admin/patients/search", {"text": ""}, printed_on="/admin/patients")
    assert answer.status_code == 422
    assert "at least three letters" in answer.get_data(as_text=True)


def test_a_receptionist_sees_contact_data_and_no_story(rosa: Browser, cast: Cast) -> None:
    ana = cast.seagrape.patients["ana"].id
    page = rosa.get(f"/admin/patients/{ana}").get_data(as_text=True)
    assert "(561) 555-0171" in page
    assert "Read the story" not in page
    assert rosa.get(f"/admin/patients/{ana}/story").status_code == 403


def test_a_physician_reads_the_story_and_that_is_told_too(maya: Browser, cast: Cast) -> None:
    ana = cast.seagrape.patients["ana"].id
    story = maya.get(f"/admin/patients/{ana}/story")
    assert "opened a record" in story.get_data(as_text=True)
    looks = maya.get(f"/admin/patients/{ana}/story?looks=1").get_data(as_text=True)
    assert "Maya Ellison read the story of the record" in looks


def test_another_practice_s_patient_is_not_there(maya: Browser, cast: Cast) -> None:
    cleo = cast.ironbound.patients["cleo"].id
    assert maya.get(f"/admin/patients/{cleo}").status_code == 404
    assert maya.get(f"/admin/patients/{cleo}/story").status_code == 404


def test_a_stranger_is_asked_to_sign_in(app: Flask, cast: Cast) -> None:
    ana = cast.seagrape.patients["ana"].id
    answer = stranger(app, cast.seagrape).get(f"/admin/patients/{ana}")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/admin/sign-in")


def test_a_damaged_cursor_is_refused(maya: Browser, cast: Cast) -> None:
    ana = cast.seagrape.patients["ana"].id
    assert maya.get(f"/admin/patients/{ana}/story?before=nonsense").status_code == 400


def test_a_patient_s_page_lists_what_was_booked(app: Flask, rosa: Browser, cast: Cast) -> None:
    ben = cast.seagrape.patients["ben"]
    page = rosa.get(f"/admin/patients/{ben.id}").get_data(as_text=True)
    assert "Nothing was booked yet" in page
    with open_session(ben.viewer.context()) as session:
        visit_type = get_visit_type(session, practice_id=cast.seagrape.id, slug="first-visit")
        free = find_next_times(session, visit_type=visit_type, count=1)[0]
        held = hold_slot(
            session,
            visit_type=visit_type,
            starts_at=free.starts_at,
            by=ben.viewer,
            time_zone="America/New_York",
        )
        confirm_appointment(session, appointment=held, by=ben.viewer)
        reference = held.reference
    page = rosa.get(f"/admin/patients/{ben.id}").get_data(as_text=True)
    assert reference in page
    assert "Booked" in page
