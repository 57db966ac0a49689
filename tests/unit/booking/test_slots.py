"""Open times by example: one test per rule, and the two days on which the clocks move."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from shared.booking.hours import DayChange, Hours, Range
from shared.booking.slots import Offer, Rule, Rules, spoken
from shared.booking.zones import instant, zone

EASTERN = zone("America/New_York")
MONDAY = date(2027, 1, 4)
MINUTES = timedelta(minutes=1)
RULES = Rules(
    length=30 * MINUTES,
    step=30 * MINUTES,
    notice=timedelta(hours=2),
    horizon_days=30,
    states=frozenset({"FL", "NJ"}),
)
OFFER = Offer(
    rules=RULES,
    zone=EASTERN,
    now=datetime(2027, 1, 1, 12, 0, tzinfo=UTC),
    weekly=tuple(Hours(day, time(9), time(12)) for day in range(5)),
)


def at(hour, minute=0, day=MONDAY):
    return instant(day, time(hour, minute), EASTERN)


def walls(offer, day=MONDAY):
    return [each.astimezone(EASTERN).strftime("%H:%M") for each in offer.times(day, day)]


def test_a_free_morning_is_offered_whole():
    assert walls(OFFER) == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]


def test_a_visit_must_end_inside_the_hours():
    long = replace(OFFER, rules=replace(RULES, length=50 * MINUTES))
    assert walls(long)[-1] == "11:00"


def test_a_closed_stretch_is_cut_out_and_an_extra_one_added():
    changed = replace(
        OFFER,
        changes=(
            DayChange(MONDAY, is_open=False, starts=time(10), ends=time(11)),
            DayChange(MONDAY, is_open=True, starts=time(18), ends=time(19)),
        ),
    )
    assert walls(changed) == ["09:00", "09:30", "11:00", "11:30", "18:00", "18:30"]


def test_a_closure_wins_over_extra_hours():
    changes = (DayChange(MONDAY, True, time(18), time(19)), DayChange(MONDAY, False))
    assert walls(replace(OFFER, changes=changes)) == []


def test_hours_have_a_season():
    season = Hours(0, time(9), time(10), valid_from=date(2027, 1, 5))
    assert walls(replace(OFFER, weekly=(season,))) == []
    assert walls(replace(OFFER, weekly=(season,)), date(2027, 1, 11)) == ["09:00", "09:30"]


def test_overlapping_hours_offer_each_time_once():
    twice = (Hours(0, time(9), time(11)), Hours(0, time(10), time(12)))
    assert walls(replace(OFFER, weekly=twice)) == walls(OFFER)


def test_buffers_keep_their_distance_from_the_neighbours():
    rules = replace(RULES, buffer_before=5 * MINUTES, buffer_after=10 * MINUTES)
    busy = (Range(at(10), at(10, 30)),)
    assert walls(replace(OFFER, rules=rules, busy=busy)) == ["09:00", "11:00", "11:30"]


def test_hours_to_midnight_end_with_the_day():
    late = replace(OFFER, weekly=(Hours(0, time(23), time(0)),))
    assert walls(late) == ["23:00", "23:30"]


@pytest.mark.parametrize(
    ("wanted", "rule", "words"),
    [
        (datetime(2027, 1, 1, 11, 0, tzinfo=UTC), Rule.PAST, "passed"),
        (datetime(2027, 1, 1, 13, 0, tzinfo=UTC), Rule.NOTICE, "2 hours ahead"),
        (at(9, day=date(2027, 2, 1)), Rule.HORIZON, "30 days"),
        (at(9, day=date(2027, 1, 3)), Rule.CLOSED, "no visits on that day"),
        (at(8), Rule.HOURS, "outside the hours"),
        (at(11, 45), Rule.HOURS, "outside the hours"),
        (at(9, 10), Rule.GRID, "set times"),
    ],
)
def test_a_refused_time_names_its_rule(wanted, rule, words):
    refusal = OFFER.why_not(wanted)
    assert refusal.rule is rule
    assert words in refusal.sentence


def test_a_taken_time_and_ones_own_visit_are_told_apart():
    own = replace(OFFER, busy=(Range(at(9), at(9, 30)),), own=(Range(at(9), at(9, 30)),))
    assert own.why_not(at(9)).rule is Rule.OWN
    assert replace(own, own=()).why_not(at(9)).rule is Rule.TAKEN
    assert own.why_not(at(9, 30)) is None


def test_the_state_is_asked_only_when_it_is_known():
    assert OFFER.why_not(at(9)) is None
    assert replace(OFFER, state="FL").why_not(at(9)) is None
    refusal = replace(OFFER, state="TX").why_not(at(9))
    assert refusal.rule is Rule.STATE
    assert "FL, NJ" in refusal.sentence


def test_the_last_day_of_the_horizon_is_offered():
    last = date(2027, 1, 29)
    assert walls(replace(OFFER, rules=replace(RULES, horizon_days=28)), last) == walls(OFFER)


def test_spring_skips_an_hour_of_the_night_and_nothing_is_offered_in_it():
    night = replace(
        OFFER,
        weekly=(Hours(6, time(1), time(4)),),
        now=datetime(2027, 3, 10, tzinfo=UTC),
    )
    spring = date(2027, 3, 14)
    assert walls(night, spring) == ["01:00", "01:30", "03:00", "03:30"]
    starts = list(night.times(spring, spring))
    assert all(later - first == 30 * MINUTES for first, later in itertools.pairwise(starts))


def test_autumn_offers_both_passes_of_the_repeated_hour():
    night = replace(
        OFFER, weekly=(Hours(6, time(1), time(3)),), now=datetime(2027, 11, 1, tzinfo=UTC)
    )
    autumn = date(2027, 11, 7)
    assert walls(night, autumn) == ["01:00", "01:30", "01:00", "01:30", "02:00", "02:30"]
    assert len(set(night.times(autumn, autumn))) == 6


def test_a_span_is_spoken_in_its_largest_exact_unit():
    assert [spoken(timedelta(minutes=m)) for m in (0, 1, 90, 60, 1440, 2880)] == [
        "0 minutes",
        "1 minute",
        "90 minutes",
        "1 hour",
        "1 day",
        "2 days",
    ]
