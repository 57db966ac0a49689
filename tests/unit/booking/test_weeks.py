"""Weeks that follow each other: which stretches hold on a day, and what makes no week."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest

from shared.booking.agenda import clocks_change
from shared.booking.day_changes import NewChange, check_change
from shared.booking.weeks import Stretch, check_week, week_on, weeks_of
from shared.booking.zones import zone
from shared.models.weekly_hours import WeeklyHours

MONDAY = date(2027, 1, 4)
MORNING = Stretch(0, time(9), time(12))
EVENING = Stretch(0, time(18), time(0))


def row(stretch, first, until=None):
    return WeeklyHours(
        practice_id=uuid4(),
        practitioner_id=uuid4(),
        weekday=stretch.weekday,
        opens=stretch.opens,
        closes=stretch.closes,
        valid_from=first,
        valid_until=until,
    )


def test_weeks_follow_each_other_without_gap():
    summer = date(2027, 6, 1)
    rows = [row(MORNING, MONDAY, summer - timedelta(days=1)), row(EVENING, summer)]
    found = weeks_of(rows, since=MONDAY)
    assert [(week.first, week.until) for week in found] == [
        (MONDAY, date(2027, 5, 31)),
        (summer, None),
    ]
    assert [week.stretches for week in found] == [(MORNING,), (EVENING,)]


def test_without_rows_the_week_is_empty():
    assert weeks_of([], since=MONDAY)[0].stretches == ()
    assert week_on([row(MORNING, MONDAY)], MONDAY - timedelta(days=1)) == ()


@pytest.mark.parametrize(
    ("stretches", "until", "problem"),
    [
        ([Stretch(0, time(12), time(9))], None, "order"),
        ([Stretch(0, time(9), time(9))], None, "order"),
        ([MORNING, Stretch(0, time(11), time(13))], None, "overlap"),
        ([EVENING, Stretch(0, time(23), time(23, 30))], None, "overlap"),
        ([MORNING], MONDAY - timedelta(days=1), "until"),
    ],
)
def test_what_makes_no_week(stretches, until, problem):
    with pytest.raises(ValueError, match=problem):
        check_week(stretches, MONDAY, until)


def test_stretches_that_meet_do_not_overlap():
    check_week([MORNING, Stretch(0, time(12), time(18)), EVENING], MONDAY, None)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ((MONDAY, MONDAY - timedelta(days=1), False, None, None), "until"),
        ((MONDAY, MONDAY + timedelta(days=366), False, None, None), "until"),
        ((MONDAY, MONDAY, True, None, None), "hours"),
        ((MONDAY, MONDAY, False, time(9), None), "hours"),
        ((MONDAY, MONDAY, False, time(9), time(9)), "hours"),
    ],
)
def test_what_makes_no_change(change, problem):
    with pytest.raises(ValueError, match=problem):
        check_change(NewChange(*change, reason=""))


@pytest.mark.parametrize(
    ("first", "moved"),
    [
        (date(2027, 3, 8), [(date(2027, 3, 14), timedelta(hours=1))]),
        (date(2027, 11, 1), [(date(2027, 11, 7), -timedelta(hours=1))]),
        (date(2027, 6, 7), []),
    ],
)
def test_the_days_on_which_the_clocks_change(first, moved):
    assert clocks_change(first, zone("America/New_York")) == moved
    assert clocks_change(first, zone("America/Phoenix")) == []
