"""How times, money and phones are written, both days of the year on which clocks jump included."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.web import formats

EASTERN = "America/New_York"
NEW_YEAR = datetime(2027, 1, 4, 14, 30, tzinfo=UTC)


def test_when_names_day_time_and_zone() -> None:
    assert formats.when(NEW_YEAR, EASTERN) == "Monday 4 January 2027 at 9:30 am Eastern"


def test_when_follows_the_readers_zone() -> None:
    assert formats.when(NEW_YEAR, "America/Los_Angeles").endswith("at 6:30 am Pacific")
    assert formats.when(NEW_YEAR, "Europe/Berlin").endswith("at 3:30 pm Berlin time")


def test_when_says_which_hour_when_the_clock_repeats_it() -> None:
    first = datetime(2027, 11, 7, 5, 30, tzinfo=UTC)
    assert formats.when(first, EASTERN).endswith("1:30 am Eastern daylight time")
    again = first + timedelta(hours=1)
    assert formats.when(again, EASTERN).endswith("1:30 am Eastern standard time")


def test_when_steps_over_the_hour_that_spring_skips() -> None:
    before = datetime(2027, 3, 14, 6, 59, tzinfo=UTC)
    assert formats.when(before, EASTERN).endswith("1:59 am Eastern")
    after = before + timedelta(minutes=1)
    assert formats.when(after, EASTERN).endswith("3:00 am Eastern")


def test_when_refuses_a_time_without_zone() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        formats.when(datetime(2027, 1, 4), EASTERN)  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        (0, 0, "midnight"),
        (0, 5, "12:05 am"),
        (9, 0, "9:00 am"),
        (12, 0, "noon"),
        (12, 30, "12:30 pm"),
        (23, 59, "11:59 pm"),
    ],
)
def test_clock_time_is_said_as_people_say_it(hour: int, minute: int, said: str) -> None:
    at = datetime(2027, 1, 4, hour, minute, tzinfo=ZoneInfo(EASTERN))
    assert formats.clock_time(at, EASTERN) == said


def test_day_takes_dates_and_moments() -> None:
    assert formats.day(date(2027, 1, 4)) == "Monday 4 January 2027"
    late = datetime(2027, 1, 5, 3, 0, tzinfo=UTC)
    assert formats.day(late, EASTERN) == "Monday 4 January 2027"
    assert formats.day(date(1990, 2, 3), weekday=False) == "3 February 1990"
    assert formats.short_day(late, EASTERN) == "Mon 4 Jan"
    assert formats.without_year(date(2027, 1, 4)) == "Monday 4 January"


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (15000, "usd", "$150.00"),
        (5, "USD", "$0.05"),
        (-9500, "USD", "-$95.00"),
        (123456789, "USD", "$1,234,567.89"),
        (1000, "CHF", "10.00 CHF"),
    ],
)
def test_money(minor: int, currency: str, said: str) -> None:
    assert formats.money(minor, currency) == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("+15615550132", "(561) 555-0132"),
        ("5615550132", "(561) 555-0132"),
        ("+493012345678", "+49 30 12345678"),
        ("call us", "call us"),
        (None, ""),
    ],
)
def test_phone(given: str | None, said: str) -> None:
    assert formats.phone(given) == said


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (timedelta(seconds=30), "now"),
        (timedelta(minutes=1), "in 1 minute"),
        (timedelta(hours=5), "in 5 hours"),
        (timedelta(days=3), "in 3 days"),
        (timedelta(minutes=-10), "10 minutes ago"),
        (timedelta(days=-1), "1 day ago"),
    ],
)
def test_relative(gap: timedelta, said: str) -> None:
    assert formats.relative(NEW_YEAR + gap, since=NEW_YEAR) == said


def test_duration_and_initials() -> None:
    assert formats.duration(50) == "50 minutes"
    assert formats.duration(60) == "1 hour"
    assert formats.duration(90) == "1 hour 30 minutes"
    assert formats.initials("Dr. Maya Ellison") == "ME"
    assert formats.initials("Cher") == "C"
    assert formats.initials("") == "?"
