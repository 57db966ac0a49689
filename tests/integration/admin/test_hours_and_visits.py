"""Hours and kinds of visit: what an owner saves is what can be booked a moment later."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask

from shared import booking, clock
from shared.access.principal import Role
from shared.booking.day_changes import NewChange, add_change, end_change, list_changes
from shared.booking.offers import get_visit_type
from shared.booking.visit_types import SlugTaken, create_visit_type, update_visit_type
from shared.booking.weeks import Stretch, list_rows, set_week, set_zone, week_on
from shared.booking.zones import day_bounds, zone
from shared.db import open_session
from tests.browsing import Browser, signed_in
from tests.integration.booking.steps import NINE, confirm, hold, patient_of
from tests.people import SEEDED_AT, Cast, PracticeOf

TUESDAY = date(2027, 1, 5)
EASTERN = zone("America/New_York")
NEW: dict[str, object] = {
    "name": "Quick call",
    "slug": "",
    "summary": "Ten minutes on the phone.",
    "length_minutes": "10",
    "price": "$1,020.50",
    "modality": "phone",
    "states": "fl, nj",
    "buffer_before_minutes": "0",
    "buffer_after_minutes": "5",
    "step_minutes": "15",
    "notice_hours": "1",
    "horizon_days": "30",
    "cancel_window_hours": "12",
}


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[None]:
    with clock.freeze(SEEDED_AT):
        yield


@pytest.fixture
def place(cast: Cast) -> PracticeOf:
    return cast.seagrape


@pytest.fixture
def maya(app: Flask, place: PracticeOf) -> Browser:
    return signed_in(app, place, place.staff["maya"])


def owner(place: PracticeOf) -> Any:
    return place.staff["maya"].acting(Role.OWNER)


def open_on(place: PracticeOf, on: date, slug: str = "follow-up") -> list[str]:
    """The open times of a day, as the site shows them."""
    with open_session(place.anonymous().context()) as session:
        kind = get_visit_type(session, practice_id=place.id, slug=slug)
        found = booking.load_openings(session, visit_type=kind)
        times = found.between(*day_bounds(on, on, EASTERN))
        return [f"{each.starts_at.astimezone(EASTERN):%H:%M}" for each in times]


def set_hours(
    place: PracticeOf, *stretches: Stretch, first: date = TUESDAY, until: Any = None
) -> None:
    by = owner(place)
    with open_session(by.context()) as session:
        set_week(
            session,
            practitioner_id=place.practitioners["maya"],
            stretches=stretches,
            first=first,
            until=until,
            by=by,
        )


def test_a_week_for_some_days_gives_way_to_the_usual_one_again(place: PracticeOf) -> None:
    usual = open_on(place, TUESDAY + timedelta(days=14))
    set_hours(
        place,
        Stretch(1, time(18), time(19)),
        first=TUESDAY + timedelta(days=7),
        until=TUESDAY + timedelta(days=10),
    )
    assert open_on(place, TUESDAY + timedelta(days=7)) == ["18:00", "18:30"]
    assert open_on(place, TUESDAY + timedelta(days=14)) == usual
    assert open_on(place, TUESDAY)[0] == "09:00"


def test_saving_the_same_week_writes_nothing(place: PracticeOf) -> None:
    ids = {"practice_id": place.id, "practitioner_id": place.practitioners["maya"]}
    with open_session(place.context()) as session:
        rows = list_rows(session, **ids)
        week, before = week_on(rows, TUESDAY), {row.id for row in rows}
    set_hours(place, *week)
    with open_session(place.context()) as session:
        assert {row.id for row in list_rows(session, **ids)} == before


def test_the_form_tells_which_booked_visits_would_lie_outside(
    maya: Browser, place: PracticeOf
) -> None:
    visit = hold(place, patient_of(place))
    confirm(place, visit)
    page = f"/admin/settings/hours/{place.practitioners['maya']}/week"
    wanted = {"first": "2027-01-05", "opens-1": "13:00", "closes-1": "17:00"}
    told = maya.post(page, dict(wanted), printed_on=page)
    assert told.status_code == 422
    assert "1 booked visit would lie outside" in told.text
    assert "9:00 am" in told.text
    assert "Ana" not in told.text
    assert open_on(place, TUESDAY)[0] != "13:00"
    done = maya.post(page, {**wanted, "seen": "y"}, printed_on=page)
    assert done.status_code == 303, done.text
    assert open_on(place, TUESDAY)[0] == "13:00"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"first": ""}, "Choose a day."),
        ({"first": "2027-01-05", "until": "2027-01-01"}, "after the first one"),
        ({"first": "1800-01-01"}, "within reason"),
        ({"first": "2027-01-05", "opens-1": "13:00", "closes-1": "12:00"}, "before the beginning"),
        ({"first": "2027-01-05", "opens-1": "13:00"}, "Enter both times"),
        ({"first": "2027-01-05", "opens-1": "soon", "closes-1": "late"}, "Enter both times"),
    ],
)
def test_a_week_that_makes_no_sense_is_refused(
    maya: Browser, place: PracticeOf, typed: dict[str, object], words: str
) -> None:
    page = f"/admin/settings/hours/{place.practitioners['maya']}/week"
    answer = maya.post(page, typed, printed_on=page)
    assert answer.status_code == 422
    assert words in answer.text


def test_rows_are_added_and_days_copied_without_scripts(maya: Browser, place: PracticeOf) -> None:
    page = f"/admin/settings/hours/{place.practitioners['maya']}/week"
    typed = {"first": "2027-01-05", "opens-0": "07:15", "closes-0": "08:00"}
    more = maya.post(page, {**typed, "more": "0"}, printed_on=page)
    assert more.text.count('name="opens-0"') == 2
    copied = maya.post(page, {**typed, "copy": "0"}, printed_on=page)
    assert copied.text.count('value="07:15"') == 5


def test_a_holiday_closes_the_day_and_taking_it_back_opens_it(place: PracticeOf) -> None:
    by, usual = owner(place), open_on(place, TUESDAY)
    change = NewChange(TUESDAY, TUESDAY + timedelta(days=2), False, None, None, "conference")
    who = place.practitioners["maya"]
    with open_session(by.context()) as session:
        assert add_change(session, practitioner_ids=[who], change=change, by=by) == 3
    assert open_on(place, TUESDAY) == []
    with open_session(by.context()) as session:
        ids = {"practice_id": place.id, "practitioner_id": who}
        (found,) = list_changes(session, since=TUESDAY, **ids)
        assert (found.first, found.until) == (change.first, change.until)
        end_change(session, exception_id=found.id, by=by)
    assert open_on(place, TUESDAY) == usual


def test_extra_hours_open_an_evening(maya: Browser, place: PracticeOf) -> None:
    page = f"/admin/settings/hours/{place.practitioners['maya']}"
    typed = {"kind": "open", "first": "2027-01-05", "opens": "19:00", "closes": "20:00"}
    done = maya.post(f"{page}/changes", dict(typed), printed_on=f"{page}/changes/new")
    assert done.status_code == 303, done.text
    assert open_on(place, TUESDAY)[-2:] == ["19:00", "19:30"]
    assert "Open 7:00 pm" in maya.get(page).text


def test_the_preview_says_when_the_clocks_change(maya: Browser, place: PracticeOf) -> None:
    page = f"/admin/settings/hours/{place.practitioners['maya']}"
    assert "go forward by 1 hour" in maya.get(f"{page}?week=2027-03-10").text
    assert "go back by 1 hour" in maya.get(f"{page}?week=2027-11-03").text
    assert "The clocks" not in maya.get(f"{page}?week=2027-01-06").text


def test_hours_in_another_zone_are_read_there(place: PracticeOf) -> None:
    by = owner(place)
    with open_session(by.context()) as session:
        set_zone(
            session,
            practitioner_id=place.practitioners["maya"],
            time_zone="America/Los_Angeles",
            by=by,
        )
    assert open_on(place, TUESDAY)[0] == "12:00"


def test_a_new_kind_of_visit_is_on_offer_at_once(maya: Browser, place: PracticeOf) -> None:
    page = "/admin/settings/visits"
    done = maya.post(page, dict(NEW), printed_on=f"{page}/new")
    assert done.status_code == 303, done.text
    assert open_on(place, TUESDAY, "quick-call")[:3] == ["09:00", "09:15", "09:30"]
    with open_session(place.context()) as session:
        row = get_visit_type(session, practice_id=place.id, slug="quick-call")
        assert (row.price_minor, row.states, row.notice_minutes) == (102_050, ["FL", "NJ"], 60)


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", "", "Enter a name patients understand."),
        ("name", "x" * 400, "at most 80 letters"),
        ("slug", "Not A Slug!", "small letters"),
        ("slug", "follow-up", "Another kind of visit has this address"),
        ("price", "free", "Enter a price like"),
        ("price", "-5", "Enter a price like"),
        ("states", "Florida", "two-letter codes"),
        ("length_minutes", "0", "from 5 to 480"),
        ("buffer_after_minutes", "9999", "from 0 to 240"),
        ("notice_hours", "x", "from 0 to 720"),
        ("horizon_days", "401", "from 1 to 400"),
        ("modality", "telepathy", "Not a valid choice"),
    ],
)
def test_what_makes_no_visit_is_refused(maya: Browser, field: str, typed: str, words: str) -> None:
    page = "/admin/settings/visits"
    answer = maya.post(page, {**NEW, field: typed}, printed_on=f"{page}/new")
    assert answer.status_code == 422
    assert words in answer.text


def test_a_retired_visit_is_gone_from_booking_and_comes_back(
    maya: Browser, place: PracticeOf
) -> None:
    page, one = "/admin/settings/visits", place.visit_types["follow-up"]
    assert maya.post(f"{page}/{one}/retire", {}, printed_on=page).status_code == 303
    with pytest.raises(booking.NoSuchVisit):
        open_on(place, TUESDAY)
    assert "Retired" in maya.get(page).text
    assert maya.post(f"{page}/{one}/offer", {}, printed_on=page).status_code == 303
    assert open_on(place, TUESDAY)


def test_a_booked_visit_keeps_its_length_and_price(place: PracticeOf) -> None:
    visit, by = hold(place, patient_of(place)), owner(place)
    row = confirm(place, visit)
    with open_session(by.context()) as session:
        update_visit_type(
            session,
            visit_type_id=place.visit_types["first-visit"],
            values={"price_minor": 1, "length_minutes": 20},
            by=by,
        )
    assert (row.price_minor, row.ends_at - row.starts_at) == (15_000, timedelta(minutes=50))


def test_only_who_offers_a_visit_has_times_for_it(cast: Cast) -> None:
    place = cast.ironbound
    by = place.staff["tomás"].acting(Role.OWNER)
    people = place.practitioners
    with open_session(by.context()) as session:
        update_visit_type(
            session,
            visit_type_id=place.visit_types["consultation"],
            values={"offered_by": [people["tomás"]]},
            by=by,
        )
    with open_session(place.anonymous().context()) as session:
        kind = get_visit_type(session, practice_id=place.id, slug="consultation")
        assert kind.offered_by == [people["tomás"]]
        found = booking.load_openings(session, visit_type=kind)
        assert [each.practitioner.id for each in found.offers] == [people["tomás"]]


def test_a_slug_is_used_once_in_a_practice(place: PracticeOf) -> None:
    by = owner(place)
    values = {"name": "Again", "summary": "", "length_minutes": 30, "buffer_before_minutes": 0}
    values |= {"buffer_after_minutes": 0, "notice_minutes": 0, "horizon_days": 30}
    values |= {"step_minutes": 30, "modality": "video", "states": ["FL"], "price_minor": 0}
    with open_session(by.context()) as session, pytest.raises(SlugTaken):
        create_visit_type(session, slug="follow-up", values=values, by=by)


def test_a_receptionist_changes_no_settings(app: Flask, place: PracticeOf) -> None:
    rosa = signed_in(app, place, place.staff["rosa"])
    for page in ("practice", "hosts", "visits", "hours"):
        assert rosa.get(f"/admin/settings/{page}").status_code == 403
    answer = rosa.post("/admin/settings/visits", dict(NEW), printed_on="/admin/patients")
    assert answer.status_code == 403


def test_nine_stays_nine_when_the_clocks_change(place: PracticeOf) -> None:
    with clock.freeze(NINE + timedelta(days=65)):
        for on in (date(2027, 3, 12), date(2027, 3, 15)):
            assert open_on(place, on)[0] == "09:00"
