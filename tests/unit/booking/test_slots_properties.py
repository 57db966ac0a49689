"""What holds for every schedule: never on top of anything, always inside the rules."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.booking.hours import DayChange, Hours, Range, open_ranges
from shared.booking.slots import Offer, Rules
from shared.booking.zones import instant, local_day, zone

ZONES = ("America/New_York", "America/Phoenix", "Pacific/Honolulu", "Australia/Lord_Howe", "UTC")
DAYS = (date(2027, 3, 14), date(2027, 11, 7), date(2027, 1, 4), date(2027, 4, 4), date(2027, 10, 3))
quarter = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))


@st.composite
def hours(draw, weekday):
    first, last = sorted((draw(quarter), draw(quarter)))
    return Hours(weekday, first, last if last > first else time(0))


@st.composite
def offers(draw):
    day = draw(st.sampled_from(DAYS))
    where = zone(draw(st.sampled_from(ZONES)))
    minutes = lambda low, high: st.integers(low, high).map(lambda n: timedelta(minutes=5 * n))  # noqa: E731
    rules = Rules(
        length=draw(minutes(3, 24)),
        step=draw(minutes(3, 12)),
        buffer_before=draw(minutes(0, 6)),
        buffer_after=draw(minutes(0, 6)),
        notice=draw(minutes(0, 400)),
        horizon_days=draw(st.integers(0, 5)),
    )
    midnight = instant(day, time(0), where)
    weekly = draw(st.lists(hours(day.weekday()), max_size=3))
    weekly += draw(st.lists(hours((day.weekday() + 1) % 7), max_size=2))
    changes = [
        DayChange(day, draw(st.booleans()), each.starts, each.ends)
        for each in draw(st.lists(hours(day.weekday()), max_size=2))
    ]
    busy = [
        Range(midnight + start, midnight + start + length)
        for start, length in draw(
            st.lists(st.tuples(minutes(-20, 500), minutes(1, 60)), max_size=8)
        )
    ]
    now = midnight + draw(minutes(-700, 300))
    return Offer(rules, where, now, weekly, changes, busy), day


@given(offers())
@settings(max_examples=300, deadline=None)
def test_every_offered_time_obeys_every_rule(made):
    offer, day = made
    for at in offer.times(day, day + timedelta(days=1)):
        visit, blocked = offer.rules.visit(at), offer.rules.blocked(at)
        assert not any(blocked.overlaps(each) for each in offer.busy)
        own_day = local_day(at, offer.zone)
        opened = open_ranges(own_day, offer.zone, offer.weekly, offer.changes)
        assert any(each.covers(visit) for each in opened)
        assert at > offer.now
        assert at >= offer.now + offer.rules.notice
        limit = local_day(offer.now, offer.zone) + timedelta(days=offer.rules.horizon_days)
        assert own_day <= limit


@given(offers(), st.integers(0, 2879))
@settings(max_examples=300, deadline=None)
def test_offered_and_refused_never_disagree(made, minute):
    offer, day = made
    offered = set(offer.times(day, day + timedelta(days=1)))
    at = instant(day, time(0), offer.zone) + timedelta(minutes=minute)
    if local_day(at, offer.zone) in (day, day + timedelta(days=1)):
        assert (at in offered) == (offer.why_not(at) is None)
    for candidate in offer.candidates(day, day + timedelta(days=1)):
        assert (candidate in offered) == (offer.why_not(candidate) is None)


@given(offers())
@settings(max_examples=200, deadline=None)
def test_times_come_in_order_once_and_asking_twice_changes_nothing(made):
    offer, day = made
    once = list(offer.times(day, day))
    assert once == sorted(set(once)) == list(offer.times(day, day))


@given(
    st.sampled_from(DAYS),
    st.sampled_from(ZONES),
    st.integers(5, 18),
    st.integers(1, 5),
    st.sampled_from((15, 20, 30, 60)),
)
def test_daytime_hours_offer_as_many_times_on_a_clock_change_day_as_on_any_other(
    day, name, opens, long, step
):
    def count(some_day):
        where = zone(name)
        rules = Rules(length=timedelta(minutes=step), step=timedelta(minutes=step))
        weekly = [Hours(some_day.weekday(), time(opens), time(opens + long))]
        now = datetime(2026, 12, 1, tzinfo=UTC)
        offer = Offer(Rules(rules.length, rules.step, horizon_days=500), where, now, weekly)
        return len(list(offer.times(some_day, some_day)))

    assert count(day) == count(day + timedelta(days=3)) == long * 60 // step


@given(offers(), st.data())
@settings(max_examples=150, deadline=None)
def test_taking_one_time_only_ever_removes_times(made, data):
    offer, day = made
    before = list(offer.times(day, day))
    if not before:
        return
    taken = data.draw(st.sampled_from(before))
    after = Offer(
        offer.rules,
        offer.zone,
        offer.now,
        offer.weekly,
        offer.changes,
        [*offer.busy, offer.rules.blocked(taken)],
    )
    left = list(after.times(day, day))
    assert taken not in left
    assert set(left) < set(before)
