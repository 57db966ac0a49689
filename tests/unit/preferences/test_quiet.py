"""Quiet hours on the reader's wall clock, on ordinary nights and on the two that are not."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.preferences.quiet import Quiet

NEW_YORK = "America/New_York"
NIGHT = Quiet(time(21, 0), time(7, 0))


def wall(text: str, zone: str = NEW_YORK, fold: int = 0) -> datetime:
    """A moment by the clock on somebody's wall."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


@pytest.mark.parametrize(
    ("at", "covered"),
    [
        ("2027-01-04 20:59", False),
        ("2027-01-04 21:00", True),
        ("2027-01-04 23:59", True),
        ("2027-01-05 00:00", True),
        ("2027-01-05 06:59", True),
        ("2027-01-05 07:00", False),
        ("2027-01-05 12:00", False),
    ],
)
def test_a_night_covers_both_sides_of_midnight(at: str, covered: bool) -> None:
    assert NIGHT.covers(wall(at), NEW_YORK) is covered


def test_hours_within_a_day_cover_the_day_only() -> None:
    siesta = Quiet(time(13, 0), time(15, 30))
    assert siesta.covers(wall("2027-01-04 13:00"), NEW_YORK)
    assert not siesta.covers(wall("2027-01-04 15:30"), NEW_YORK)
    assert not siesta.covers(wall("2027-01-04 02:00"), NEW_YORK)


def test_it_is_the_readers_clock_that_counts() -> None:
    at = wall("2027-01-04 22:00")
    assert NIGHT.covers(at, NEW_YORK)
    assert not NIGHT.covers(at, "America/Los_Angeles")


def test_what_is_not_quiet_waits_for_nothing() -> None:
    at = wall("2027-01-04 12:34")
    assert NIGHT.over_at(at, NEW_YORK) == at


def test_it_is_over_in_the_morning() -> None:
    assert NIGHT.over_at(wall("2027-01-04 22:10"), NEW_YORK) == wall("2027-01-05 07:00")


@pytest.mark.parametrize(
    ("quiet", "at", "over"),
    [
        # Spring: 2:00 to 3:00 on 14 March 2027 does not exist; the night is an hour shorter.
        (NIGHT, wall("2027-03-13 22:00"), wall("2027-03-14 07:00")),
        # An end inside the hour that is skipped is over as soon as the clock has jumped.
        (Quiet(time(22, 0), time(2, 30)), wall("2027-03-14 01:30"), wall("2027-03-14 03:00")),
        # Autumn: 1:00 to 2:00 on 7 November 2027 comes twice; the night is an hour longer.
        (NIGHT, wall("2027-11-06 22:00"), wall("2027-11-07 07:00")),
        # Once the clock is put back it shows a quiet hour again.
        (
            Quiet(time(22, 0), time(1, 30)),
            wall("2027-11-07 01:10", fold=1),
            wall("2027-11-07 01:30", fold=1),
        ),
    ],
)
def test_nights_on_which_the_clock_jumps(quiet: Quiet, at: datetime, over: datetime) -> None:
    assert quiet.over_at(at, NEW_YORK) == over.astimezone(UTC)
    assert not quiet.covers(over, NEW_YORK)


def test_the_jump_changes_how_long_one_waits() -> None:
    spring = NIGHT.over_at(wall("2027-03-13 21:00"), NEW_YORK) - wall(
        "2027-03-13 21:00"
    ).astimezone(UTC)
    autumn = NIGHT.over_at(wall("2027-11-06 21:00"), NEW_YORK) - wall(
        "2027-11-06 21:00"
    ).astimezone(UTC)
    assert (spring, autumn) == (timedelta(hours=9), timedelta(hours=11))


FIRST, LAST = datetime.fromisoformat("2027-01-01"), datetime.fromisoformat("2028-01-01")
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda each: time(each // 60, each % 60))


@given(
    starts=MINUTES,
    ends=MINUTES,
    at=st.datetimes(FIRST, LAST, timezones=st.just(UTC)),
    zone=st.sampled_from([NEW_YORK, "America/Phoenix", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
@settings(max_examples=60, deadline=None)
def test_it_always_ends_within_a_day_and_outside_the_hours(
    starts: time, ends: time, at: datetime, zone: str
) -> None:
    if starts == ends:
        return
    quiet = Quiet(starts, ends)
    over = quiet.over_at(at, zone)
    assert not quiet.covers(over, zone)
    assert at - timedelta(minutes=1) < over <= at + timedelta(hours=26)
