"""Holding a time: one winner however many try, and what becomes of a hold."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from threading import Barrier

import pytest
from sqlalchemy import text

from shared import booking, clock
from shared.access.appointments import access_appointment, find_cancellation
from shared.access.errors import NotFound
from shared.booking.offers import get_visit_type
from shared.db import open_session
from shared.events import act
from shared.models.schedule_exception import ScheduleException
from tests.people import SEEDED_AT

NINE = datetime(2027, 1, 5, 14, 0, tzinfo=UTC)  # Tuesday 9:00 in Boca Raton
EASTERN = "America/New_York"
HALF = timedelta(minutes=30)


def visitor(number):
    return number.to_bytes(32, "big")


def hold(place, *, by=None, at=NINE, slug="first-visit"):
    viewer = by or place.anonymous()
    with open_session(viewer.context()) as session:
        visit_type = get_visit_type(session, practice_id=place.id, slug=slug)
        return booking.hold_slot(
            session, visit_type=visit_type, starts_at=at, by=viewer, time_zone=EASTERN
        ).id


def read(place, appointment_id):
    job = place.job()
    with open_session(job.context()) as session:
        row = access_appointment(session, viewer=job, appointment_id=appointment_id)
        ended = find_cancellation(session, viewer=job, appointment=row)
        return row, ended


def test_a_visitor_holds_a_time_for_ten_minutes(cast):
    row, _ = read(cast.seagrape, hold(cast.seagrape))
    assert row.status == "pending"
    assert row.hold_expires_at == SEEDED_AT + timedelta(minutes=10)
    assert (row.starts_at, row.ends_at) == (NINE, NINE + timedelta(minutes=50))
    assert row.wall_clock.isoformat() == "2027-01-05T09:00:00"
    assert row.price_minor == 15_000


def test_twenty_at_once_make_one_hold_and_nineteen_offers_of_other_times(app, cast):
    place, together = cast.seagrape, Barrier(20)

    def attempt(number):
        with app.app_context():
            together.wait()
            try:
                return hold(place, by=place.anonymous(visitor(number + 1)))
            except booking.JustTaken as late:
                return late

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(attempt, range(20)))
    losers = [each for each in answers if isinstance(each, booking.JustTaken)]
    assert len(losers) == 19
    for late in losers:
        starts = [each.starts_at for each in late.alternatives]
        assert len(starts) == 3
        assert starts == sorted(starts)
        assert min(starts) > NINE


def test_pressing_twice_keeps_the_one_hold(cast):
    assert hold(cast.seagrape) == hold(cast.seagrape)


def test_a_new_hold_lets_go_of_the_old_one(cast):
    first = hold(cast.seagrape)
    second = hold(cast.seagrape, at=NINE + 2 * HALF)
    row, ended = read(cast.seagrape, first)
    assert (row.status, ended.reason) == ("cancelled", "hold_replaced")
    assert read(cast.seagrape, second)[0].status == "pending"


def test_a_visitor_may_move_to_a_time_that_only_their_own_hold_blocked(cast):
    hold(cast.seagrape)
    moved, _ = read(cast.seagrape, hold(cast.seagrape, at=NINE + HALF))
    assert moved.starts_at == NINE + HALF


def test_a_time_lost_to_another_keeps_what_was_held_before(cast):
    place = cast.seagrape
    hold(place, by=place.anonymous(visitor(2)))
    mine = hold(place, at=NINE + 4 * HALF)
    with pytest.raises(booking.JustTaken):
        hold(place)
    assert read(place, mine)[0].status == "pending"


def test_an_expired_hold_is_taken_over_and_its_end_is_written(cast):
    place = cast.seagrape
    old = hold(place)
    with clock.freeze(SEEDED_AT + timedelta(minutes=11)):
        new = hold(place, by=place.anonymous(visitor(2)))
    row, ended = read(place, old)
    assert (row.status, ended.reason, ended.by_kind) == ("cancelled", "hold_expired", "system")
    assert read(place, new)[0].status == "pending"


FRIDAY_THERE = datetime(2027, 1, 8, 16, 30, tzinfo=UTC)  # 11:30, taken with its buffer to 12:30
FRIDAY_HERE = datetime(2027, 1, 8, 17, 0, tzinfo=UTC)  # noon


@pytest.fixture
def shared_friday(cast):
    """Ironbound sees people on Friday at noon too, so that one physician is wanted twice."""
    place = cast.ironbound
    job = place.job()
    with open_session(job.context()) as session:
        for person in place.practitioners.values():
            opened = ScheduleException(
                practice_id=place.id,
                practitioner_id=person,
                on_date=FRIDAY_HERE.date(),
                kind="open",
                opens=time(12, 0),
                closes=time(13, 30),
                reason="for this test",
                created_at=SEEDED_AT,
            )
            session.add(opened)
        act(session, "practice.updated", target=opened, what="hours")
    return place


def hold_with_maya(place):
    me = place.anonymous(visitor(7))
    with open_session(me.context()) as session:
        return booking.hold_slot(
            session,
            visit_type=get_visit_type(session, practice_id=place.id, slug="consultation"),
            starts_at=FRIDAY_HERE,
            by=me,
            time_zone=EASTERN,
            practitioner_id=place.practitioners["maya"],
        ).id


def test_the_physicians_time_in_the_other_practice_is_taken_here(cast, shared_friday):
    hold(cast.seagrape, at=FRIDAY_THERE)
    with pytest.raises(booking.JustTaken) as late:
        hold_with_maya(shared_friday)
    assert late.value.alternatives[0].starts_at == FRIDAY_HERE + HALF
    with open_session(shared_friday.anonymous().context()) as session:
        wanted = get_visit_type(session, practice_id=shared_friday.id, slug="consultation")
        openings = booking.load_openings(session, visit_type=wanted)
        (first, *_) = openings.between(FRIDAY_HERE, FRIDAY_HERE + HALF)
    assert first.practitioner_id == shared_friday.practitioners["tomás"]


def test_an_expired_hold_of_the_other_practice_ends_in_its_own_log(cast, shared_friday):
    old = hold(cast.seagrape, at=FRIDAY_THERE)
    with clock.freeze(SEEDED_AT + timedelta(minutes=11)):
        hold_with_maya(shared_friday)
    row, ended = read(cast.seagrape, old)
    assert (row.status, ended.reason) == ("cancelled", "hold_expired")
    for place, expected in ((cast.seagrape, True), (cast.ironbound, False)):
        with open_session(place.job().context()) as session:
            told = session.execute(
                text(
                    "select action, actor_kind, actor_id from audit.event"
                    " where target_id = :old and action = 'appointment.hold_expired'"
                ),
                {"old": old},
            ).all()
        assert {(each.actor_kind, each.actor_id) for each in told} == (
            {("system", None)} if expected else set()
        )


@pytest.mark.parametrize(
    ("at", "rule"),
    [
        (SEEDED_AT - HALF, booking.Rule.PAST),
        (SEEDED_AT + timedelta(hours=1), booking.Rule.NOTICE),
        (NINE + timedelta(days=90), booking.Rule.HORIZON),
        (NINE + timedelta(minutes=7), booking.Rule.GRID),
        (NINE - timedelta(hours=3), booking.Rule.HOURS),
        (NINE + timedelta(days=4), booking.Rule.CLOSED),
    ],
)
def test_a_time_outside_the_rules_is_refused_by_name(cast, at, rule):
    with pytest.raises(booking.SlotRefused) as refused:
        hold(cast.seagrape, at=at)
    assert refused.value.refusal.rule is rule
    assert not isinstance(refused.value, booking.JustTaken)


def test_nobody_sees_or_keeps_somebody_elses_hold(cast):
    place = cast.seagrape
    held = hold(place)
    strangers = (
        place.anonymous(visitor(9)),
        cast.ironbound.anonymous(),
        next(iter(place.patients.values())).viewer,
        cast.ironbound.job(),
    )
    for stranger in strangers:
        with open_session(stranger.context()) as session, pytest.raises(NotFound):
            access_appointment(session, viewer=stranger, appointment_id=held)


def test_expiring_holds_twice_does_it_once(cast):
    place = cast.seagrape
    hold(place)
    job = place.job()
    counts = []
    with clock.freeze(SEEDED_AT + timedelta(minutes=11)):
        for _ in range(2):
            with open_session(job.context()) as session:
                counts.append(booking.expire_holds(session, by=job))
    assert counts == [1, 0]


def test_a_hold_kept_longer_is_not_expired(cast):
    place = cast.seagrape
    held, me = hold(place), place.anonymous()
    with open_session(me.context()) as session:
        row = access_appointment(session, viewer=me, appointment_id=held)
        booking.extend_hold(
            session, appointment=row, until=SEEDED_AT + timedelta(minutes=40), by=me
        )
    job = place.job()
    with clock.freeze(SEEDED_AT + timedelta(minutes=30)), open_session(job.context()) as session:
        assert booking.expire_holds(session, by=job) == 0


def test_letting_go_frees_the_time_at_once(cast):
    place, me = cast.seagrape, cast.seagrape.anonymous()
    held = hold(place)
    with open_session(me.context()) as session:
        row = access_appointment(session, viewer=me, appointment_id=held)
        booking.release_hold(session, appointment=row, by=me)
    hold(place, by=place.anonymous(visitor(2)))


def test_whereabouts_outside_the_licences_are_refused(cast):
    place, me = cast.seagrape, cast.seagrape.anonymous()
    held = hold(place)
    with open_session(me.context()) as session:
        row = access_appointment(session, viewer=me, appointment_id=held)
        with pytest.raises(booking.SlotRefused) as refused:
            booking.note_whereabouts(session, appointment=row, state="TX", by=me)
        assert refused.value.refusal.rule is booking.Rule.STATE
        booking.note_whereabouts(session, appointment=row, state="FL", by=me)
    assert read(place, held)[0].state == "FL"
