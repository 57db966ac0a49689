"""The rooms of booking over HTTP, as a browser without scripts sees them."""

import html
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from shared import clock
from tests.browsing import signed_in, stranger
from tests.integration.booking.reading import words
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
    ("shown", "next_one"),
    [("01-09", "01-11"), ("01-16", "01-18"), ("01-17", "01-18"), ("01-03", None)],
)
def test_the_next_open_day_lies_ahead_of_the_day_that_is_shown(app, cast, shown, next_one):
    page = stranger(app, cast.seagrape).get(f"/portal/book/first-visit?day=2027-{shown}").text
    found = re.search(r'day=2027-([\d-]+)[^"]*"[^>]*>\s*(?:<[^>]+>\s*)*Next open day', page)
    assert (found and found[1]) == next_one


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


def test_somebody_known_types_an_address_only(app, cast):
    browser = stranger(app, cast.seagrape)
    page = f"/portal/holds/{hold_of(press(browser))}"
    asked = browser.post(f"{page}/returning", {"known-email": "?"}, printed_on=page)
    assert asked.status_code == 422
    assert "<details" in asked.text
    known = {"known-email": cast.seagrape.patients["ana"].email, "known-state": "FL"}
    answer = browser.post(f"{page}/returning", known, printed_on=page)
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
