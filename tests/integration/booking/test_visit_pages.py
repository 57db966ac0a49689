"""Looking after a booked visit, for its patient and for the desk."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from shared import booking
from shared.access.appointments import access_appointment
from shared.db import open_session
from tests.browsing import signed_in, stranger
from tests.integration.booking.reading import words

NINE = datetime(2027, 1, 5, 14, 0, tzinfo=UTC)


def book(cast, patient, at=NINE, slug="first-visit"):
    place, job = cast.seagrape, cast.seagrape.job()
    with open_session(patient.viewer.context()) as session:
        kind = booking.get_visit_type(session, practice_id=place.id, slug=slug)
        held = booking.hold_slot(
            session,
            visit_type=kind,
            starts_at=at,
            by=patient.viewer,
            time_zone="America/New_York",
        ).id
    with open_session(job.context()) as session:
        row = access_appointment(session, viewer=job, appointment_id=held)
        booking.confirm_appointment(session, appointment=row, by=job)
    return held


def test_home_and_list_show_the_next_visit(app, cast):
    ana = cast.seagrape.patients["ana"]
    book(cast, ana)
    browser = signed_in(app, cast.seagrape, ana)
    for path in ("/portal/", "/portal/appointments"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert "Tuesday 5 January 2027 at 9:00 am Eastern" in words(answer)


def test_a_visit_shows_its_reference_and_its_calendar_file(app, cast):
    ana = cast.seagrape.patients["ana"]
    booked = book(cast, ana)
    browser = signed_in(app, cast.seagrape, ana)
    shown = browser.get(f"/portal/appointments/{booked}")
    assert re.search(r"[A-Z]{2}\d-\d{2}[A-Z]{2}", words(shown))
    assert "Your visit is booked" in words(shown)
    file = browser.get(f"/portal/appointments/{booked}/calendar.ics")
    assert file.mimetype == "text/calendar"
    assert b"BEGIN:VEVENT" in file.data


def test_cancelling_asks_once_and_then_is_done(app, cast):
    ana = cast.seagrape.patients["ana"]
    booked = book(cast, ana)
    browser = signed_in(app, cast.seagrape, ana)
    asked = f"/portal/appointments/{booked}/cancellation/new"
    assert "Your time is given to somebody else" in words(browser.get(asked))
    done = browser.post(f"/portal/appointments/{booked}/cancellation", printed_on=asked)
    assert done.status_code == 303
    assert "You cancelled this visit" in words(browser.get(f"/portal/appointments/{booked}"))
    assert browser.get(asked).status_code == 303


@pytest.mark.parametrize("rest", ["", "/calendar.ics", "/cancellation/new"])
def test_other_peoples_visits_are_not_found(app, cast, rest):
    booked = book(cast, cast.seagrape.patients["ana"])
    others = [
        signed_in(app, cast.seagrape, cast.seagrape.patients["ben"]),
        signed_in(app, cast.ironbound, cast.ironbound.patients["cleo"]),
    ]
    for browser in others:
        assert browser.get(f"/portal/appointments/{booked}{rest}").status_code == 404
        assert browser.get(f"/portal/appointments/{uuid4()}{rest}").status_code == 404


def test_a_stranger_is_asked_to_sign_in_before_seeing_a_visit(app, cast):
    booked = book(cast, cast.seagrape.patients["ana"])
    answer = stranger(app, cast.seagrape).get(f"/portal/appointments/{booked}")
    assert answer.status_code == 303
    assert "/portal/sign-in" in answer.headers["Location"]


@pytest.mark.parametrize("name", ["rosa", "maya"])
def test_the_desk_sees_the_schedule(app, cast, name):
    book(cast, cast.seagrape.patients["ana"])
    browser = signed_in(app, cast.seagrape, cast.seagrape.staff[name])
    shown = browser.get("/admin/schedule?view=list&day=2027-01-05")
    assert shown.status_code == 200
    assert "Ana Whitfield" in words(shown)
    assert "(561) 555-0171" in words(shown)
    other = signed_in(app, cast.ironbound, cast.ironbound.staff["jun"])
    assert "Ana Whitfield" not in words(other.get("/admin/schedule?view=list&day=2027-01-05"))


def test_the_desk_cancels_for_the_practice(app, cast):
    ana = cast.seagrape.patients["ana"]
    booked = book(cast, ana)
    rosa = signed_in(app, cast.seagrape, cast.seagrape.staff["rosa"])
    asked = f"/admin/schedule/{booked}/cancellation/new"
    assert "Ana Whitfield" in words(rosa.get(asked))
    done = rosa.post(f"/admin/schedule/{booked}/cancellation", printed_on=asked)
    assert done.status_code == 303
    shown = signed_in(app, cast.seagrape, ana).get(f"/portal/appointments/{booked}")
    assert "The practice cancelled this visit" in words(shown)
