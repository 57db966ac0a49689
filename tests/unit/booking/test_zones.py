"""Wall clock to instant on the days when the wall clock is not a line."""

from datetime import UTC, date, datetime, time

import pytest

from shared.booking.zones import (
    UnknownZone,
    day_bounds,
    exists,
    instant,
    readings,
    zone,
    zone_label,
)

EASTERN = zone("America/New_York")
SPRING, AUTUMN = date(2027, 3, 14), date(2027, 11, 7)


def test_a_skipped_time_is_the_first_instant_after_the_gap():
    assert not exists(SPRING, time(2, 30), EASTERN)
    assert instant(SPRING, time(2, 30), EASTERN) == datetime(2027, 3, 14, 7, 0, tzinfo=UTC)
    assert instant(SPRING, time(2, 0), EASTERN) == datetime(2027, 3, 14, 7, 0, tzinfo=UTC)
    assert readings(SPRING, time(2, 30), EASTERN) == ()


def test_a_repeated_time_has_two_readings_and_the_first_is_the_default():
    first, later = readings(AUTUMN, time(1, 30), EASTERN)
    assert (
        first == datetime(2027, 11, 7, 5, 30, tzinfo=UTC) == instant(AUTUMN, time(1, 30), EASTERN)
    )
    assert later == datetime(2027, 11, 7, 6, 30, tzinfo=UTC)


def test_an_ordinary_time_has_one_reading():
    assert readings(date(2027, 1, 4), time(9, 30), EASTERN) == (
        datetime(2027, 1, 4, 14, 30, tzinfo=UTC),
    )


def test_half_hour_gap_of_lord_howe_ends_where_the_clocks_land():
    where = zone("Australia/Lord_Howe")
    assert instant(date(2026, 10, 4), time(2, 15), where).astimezone(where).time() == time(2, 30)


def test_day_bounds_span_23_and_25_hours_on_the_two_days():
    for day, hours in ((SPRING, 23), (AUTUMN, 25), (date(2027, 5, 5), 24)):
        first, until = day_bounds(day, day, EASTERN)
        assert (until - first).total_seconds() == hours * 3600


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "America", "a\0b", "é" * 500]
)
def test_anything_but_a_zone_is_refused_by_name(name):
    with pytest.raises(UnknownZone):
        zone(name)


def test_zones_are_called_as_people_call_them():
    assert zone_label("America/New_York") == "Eastern"
    assert zone_label("Europe/Isle_of_Man") == "Isle of Man"
