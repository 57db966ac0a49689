"""The rooms of booking over HTTP, as a browser without scripts sees them."""

import html
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from shared import booking, clock
from shared.access.appointments import access_appointment
from shared.access.principal import Role
from shared.db import open_session
from tests.browsing import signed_in, stranger
from tests.people import SEEDED_AT

TUESDAY = "/portal/book/first-visit?day=2027-01-05"
NINE = datetime(2027, 1, 5, 14, 0, tzinfo=UTC)
DETAILS = {
    "given_name": "Noor",
    "family_name": "Vance",
    "birth_date": "3/14/1987",
    "email": "noor@example.com",
    "phone": "(561) 555-0199",
    "state": "FL",
}
HOSTILE = [
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "{{ 7*7 }}",
    "\x00\x07\u202e",
    "💉" * 60,
    "A" * 5000,
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
]


def words(answer):
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", text).split()))


def times_of(answer):
    return [
        html.unescape(each) for each in re.findall(r'name="starts_at" value="([^"]+)"', answer.text)
    ]


def press(browser, at=NINE, page=TUESDAY, **fields):
    data = {"visit": "first-visit", "zone": "America/New_York", "starts_at": at.isoformat()}
    return browser.post("/portal/holds", data | fields, printed_on=page)


def hold_of(answer):
    assert answer.status_code == 303, answer.text
    return UUID(answer.headers["Location"].rsplit("/", 1)[1])


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


def test_a_day_shows_its_times_in_the_practices_zone(app, cast):
    answer = stranger(app, cast.seagrape).get(TUESDAY)
    assert answer.status_code == 200
    assert "Tuesday 5 January 2027" in words(answer)
    assert times_of(answer)[0] == NINE.isoformat()
    assert "9:00 am" in words(answer)
    assert "For people who are in Florida" in words(answer)


def test_the_readers_zone_moves_times_and_days(app, cast):
    answer = stranger(app, cast.seagrape).get(f"{TUESDAY}&zone=Pacific/Honolulu")
    assert "4:00 am" in words(answer)
    assert "The practice is in Eastern time" in words(answer)


@pytest.mark.parametrize(
    "query",
    ["day=soon", "day=0001-01-01", "day=9999-12-31", "zone=Mars/Base", "zone=%00", "zone=../x"],
)
def test_a_mangled_address_still_shows_a_page(app, cast, query):
    assert stranger(app, cast.seagrape).get(f"/portal/book/first-visit?{query}").status_code == 200


@pytest.mark.parametrize("slug", ["nothing", "consultation", "a%00b"])
def test_a_visit_that_is_not_offered_here_is_not_found(app, cast, slug):
    assert stranger(app, cast.seagrape).get(f"/portal/book/{slug}").status_code == 404


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("8:00 am", "outside the hours"),
        ("9:10", "set times"),
        ("9:00", "That time is open"),
        ("teatime", "could not read"),
        ("<b>9</b>", "could not read"),
    ],
)
def test_the_page_says_why_a_time_is_not_there(app, cast, asked, said):
    browser = stranger(app, cast.seagrape)
    for path in ("/portal/book/first-visit", "/portal/book/first-visit/why"):
        answer = browser.get(path, query_string={"day": "2027-01-05", "ask": asked})
        assert said in words(answer)
        assert "<b>9" not in answer.text


def test_the_spring_night_names_the_missing_hour(app, cast):
    with clock.freeze(datetime(2027, 3, 10, 15, 0, tzinfo=UTC)):
        answer = stranger(app, cast.seagrape).get(
            "/portal/book/first-visit", query_string={"day": "2027-03-14", "ask": "2:30 am"}
        )
    assert "clocks go forward" in words(answer)


def test_a_fragment_is_only_the_board(app, cast):
    answer = stranger(app, cast.seagrape).get(
        "/portal/book/first-visit/times", query_string={"day": "2027-01-05"}
    )
    assert "<html" not in answer.text
    assert 'data-announce="' in answer.text


def test_pressing_a_time_holds_it_and_asks_who_one_is(app, cast):
    browser = stranger(app, cast.seagrape)
    held = hold_of(press(browser))
    asked = browser.get(f"/portal/holds/{held}")
    assert asked.status_code == 200
    assert "Held for you until 8:10 am" in words(asked)
    assert "Tuesday 5 January 2027 at 9:00 am Eastern" in words(asked)


def test_a_time_somebody_else_holds_is_answered_with_three_others(app, cast):
    press(stranger(app, cast.seagrape))
    late = stranger(app, cast.seagrape)
    late.get(TUESDAY)
    answer = press(late, page="/portal/book/first-visit?day=2027-01-06")
    assert answer.status_code == 409
    assert "just taken" in words(answer)
    assert len(times_of(answer)) == 3


@pytest.mark.parametrize(
    "at", [NINE + timedelta(minutes=3), NINE - timedelta(days=30), NINE + timedelta(days=300)]
)
def test_a_time_that_was_never_offered_is_refused_kindly(app, cast, at):
    answer = press(stranger(app, cast.seagrape), at=at)
    assert answer.status_code == 409
    assert "not open" in words(answer)


@pytest.mark.parametrize(
    "text", ["", "now", "2027-01-05T09:00", "9999-12-31T23:59:59+00:00", "\x00"]
)
def test_a_time_nobody_can_read_is_a_bad_request(app, cast, text):
    browser = stranger(app, cast.seagrape)
    data = {"visit": "first-visit", "zone": "America/New_York", "starts_at": text}
    assert browser.post("/portal/holds", data, printed_on=TUESDAY).status_code == 400


def test_empty_details_are_asked_for_again_and_nothing_typed_is_lost(app, cast):
    browser = stranger(app, cast.seagrape)
    page = f"/portal/holds/{hold_of(press(browser))}"
    answer = browser.post(f"{page}/details", {"given_name": "Noor"}, printed_on=page)
    assert answer.status_code == 422
    assert 'value="Noor"' in answer.text
    assert "<title>Error:" in answer.text
    for said in ("last name", "date of birth", "e-mail address", "phone number", "state you will"):
        assert said in words(answer)


def test_complete_details_lead_to_the_mail(app, cast):
    browser = stranger(app, cast.seagrape)
    page = f"/portal/holds/{hold_of(press(browser))}"
    answer = browser.post(f"{page}/details", DETAILS, printed_on=page)
    assert answer.status_code == 303
    assert "/portal/sign-in/" in answer.headers["Location"]


def test_a_state_without_a_licence_is_refused_at_its_field(app, cast):
    browser = stranger(app, cast.seagrape)
    page = f"/portal/holds/{hold_of(press(browser))}"
    answer = browser.post(f"{page}/details", DETAILS | {"state": "TX"}, printed_on=page)
    assert answer.status_code == 422
    assert "only for people who will be in Florida" in words(answer)


@pytest.mark.parametrize("name", sorted(DETAILS))
def test_hostile_text_in_a_field_breaks_nothing(app, cast, name):
    browser = stranger(app, cast.seagrape)
    page = f"/portal/holds/{hold_of(press(browser))}"
    for text in HOSTILE:
        answer = browser.post(f"{page}/details", DETAILS | {name: text}, printed_on=page)
        assert answer.status_code in {303, 422, 429}
        assert "<script>alert" not in answer.text
        assert "{{ 7*7 }}" in answer.text or "49" not in words(answer)


def test_a_hold_that_ran_out_says_so(app, cast):
    browser = stranger(app, cast.seagrape)
    page = f"/portal/holds/{hold_of(press(browser))}"
    with clock.freeze(SEEDED_AT + timedelta(minutes=11)):
        shown = browser.get(page)
        assert "no longer held" in words(shown)
        assert "You were not charged" in words(shown)


def test_another_browser_practice_or_patient_finds_no_such_hold(app, cast):
    page = f"/portal/holds/{hold_of(press(stranger(app, cast.seagrape)))}"
    others = [
        stranger(app, cast.seagrape),
        stranger(app, cast.ironbound),
        signed_in(app, cast.seagrape, cast.seagrape.patients["ana"]),
    ]
    for other in others:
        other.get("/portal/book/first-visit")
        assert other.get(page).status_code == 404


def test_letting_go_leads_back_to_the_times(app, cast):
    browser = stranger(app, cast.seagrape)
    page = f"/portal/holds/{hold_of(press(browser))}"
    answer = browser.post(f"{page}/release", printed_on=page)
    assert answer.headers["Location"].endswith("/portal/book/first-visit")
    assert NINE.isoformat() in times_of(browser.get(TUESDAY))


def test_a_patient_who_is_signed_in_goes_straight_to_the_payment(app, cast):
    browser = signed_in(app, cast.seagrape, cast.seagrape.patients["ana"])
    held = hold_of(press(browser))
    answer = browser.get(f"/portal/holds/{held}")
    assert answer.headers["Location"].endswith(f"/portal/appointments/{held}/payment")
    assert "Finish your booking" in words(browser.get("/portal/"))


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
    shown = browser.get("/admin/schedule?day=2027-01-05")
    assert shown.status_code == 200
    assert "Ana Whitfield" in words(shown)
    assert "(561) 555-0171" in words(shown)
    other = signed_in(app, cast.ironbound, cast.ironbound.staff["jun"])
    assert "Ana Whitfield" not in words(other.get("/admin/schedule?day=2027-01-05"))


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
    assert Role.RECEPTIONIST in cast.seagrape.staff["rosa"].roles
