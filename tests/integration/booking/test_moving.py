"""Moving a visit: the same record, its old time free, never two in one time."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, text

from shared import booking, clock
from shared.access.appointments import access_appointment
from shared.access.principal import Role
from shared.booking.offers import get_visit_type
from shared.booking.visit_types import update_visit_type
from shared.db import open_session
from shared.models.dispatch import Dispatch
from tests.integration.booking.steps import EASTERN, NINE, confirm, hold, mails, patient_of, read
from tests.people import SEEDED_AT

ELEVEN = NINE + timedelta(hours=2)
EVENING = NINE + timedelta(hours=11)


@pytest.fixture
def place(cast):
    return cast.seagrape


@pytest.fixture
def rosa(place):
    return place.staff["rosa"].acting(Role.RECEPTIONIST)


def booked(place, at=NINE, number=0):
    held = hold(place, patient_of(place, number), at)
    confirm(place, held)
    return held


def move(by, place, visit, at, reason=None, sequence=None, who=None):
    with open_session(by.context()) as session:
        row = access_appointment(session, viewer=by, appointment_id=visit)
        return booking.move_appointment(
            session,
            appointment=row,
            starts_at=at,
            practitioner_id=who or place.practitioners["maya"],
            sequence=row.sequence if sequence is None else sequence,
            by=by,
            override_reason=reason,
        )


def test_the_same_record_moves_and_its_old_time_is_free(place, rosa):
    visit = booked(place)
    before, _none = read(place, visit)
    moved = move(rosa, place, visit, ELEVEN)
    assert (moved.id, moved.reference, moved.starts_at) == (visit, before.reference, ELEVEN)
    assert moved.ends_at - moved.starts_at == before.ends_at - before.starts_at
    assert str(moved.wall_clock) == "2027-01-05 11:00:00"
    assert (moved.status, moved.price_minor) == ("booked", before.price_minor)
    assert booked(place, NINE, 1) != visit


def test_the_patient_is_told_and_the_calendar_moves(place, rosa):
    visit = booked(place)
    move(rosa, place, visit, ELEVEN)
    assert mails(place, visit) == ["booking_confirmed", "booking_moved"]
    with open_session(place.context()) as session:
        rows = session.scalars(
            select(Dispatch).where(Dispatch.about_id == visit).execution_options(door=True)
        ).all()
        first, second = (str(row.context) for row in sorted(rows, key=lambda row: row.id))
    uid = first.split("UID:")[1].split("SEQUENCE")[0]
    assert uid in second
    assert "SEQUENCE:0" in first
    assert "SEQUENCE:1" in second
    assert "DTSTART:20270105T160000Z" in second


def test_a_taken_time_is_refused_with_the_next_ones(place, rosa):
    visit, other = booked(place), booked(place, ELEVEN, 1)
    with pytest.raises(booking.JustTaken) as late:
        move(rosa, place, visit, ELEVEN, reason="please")
    assert len(late.value.alternatives) == 3
    assert read(place, visit)[0].starts_at == NINE
    assert read(place, other)[0].starts_at == ELEVEN


def test_a_visit_may_overlap_its_own_old_time(place, rosa):
    visit = booked(place)
    assert move(rosa, place, visit, NINE + timedelta(minutes=30)).sequence == 1


def test_outside_the_hours_it_takes_a_reason(place, rosa):
    visit = booked(place)
    with pytest.raises(booking.SlotRefused) as refused:
        move(rosa, place, visit, EVENING)
    assert refused.value.refusal.rule is booking.Rule.HOURS
    assert move(rosa, place, visit, EVENING, reason="after work").override_reason == "after work"


def test_the_cancellation_window_plays_no_part(place, rosa):
    visit = booked(place)
    with clock.freeze(NINE - timedelta(minutes=30)):
        assert move(rosa, place, visit, NINE + timedelta(days=2)).status == "booked"


def test_what_has_begun_or_was_cancelled_stays(place, rosa):
    visit = booked(place)
    with clock.freeze(NINE + timedelta(minutes=1)), pytest.raises(booking.CannotMove):
        move(rosa, place, visit, ELEVEN)
    held = hold(place, patient_of(place, 1), ELEVEN)
    with pytest.raises(booking.CannotMove):
        move(rosa, place, held, ELEVEN + timedelta(hours=3))


def test_a_page_that_is_behind_moves_nothing(place, rosa):
    visit = booked(place)
    move(rosa, place, visit, ELEVEN)
    with pytest.raises(booking.MovedMeanwhile):
        move(rosa, place, visit, NINE, sequence=0)
    assert read(place, visit)[0].starts_at == ELEVEN


def test_the_patient_is_in_one_visit_at_a_time(place, rosa):
    booked(place, ELEVEN)
    visit = booked(place)
    with pytest.raises((booking.OwnOverlap, booking.JustTaken)):
        move(rosa, place, visit, ELEVEN, reason="please")


def test_a_longer_visit_by_now_keeps_the_length_that_was_booked(place, rosa):
    visit = booked(place)
    maya = place.staff["maya"].acting(Role.OWNER)
    kind = place.visit_types["first-visit"]
    with open_session(maya.context()) as session:
        update_visit_type(session, visit_type_id=kind, values={"length_minutes": 80}, by=maya)
    moved = move(rosa, place, visit, ELEVEN)
    assert moved.ends_at - moved.starts_at == timedelta(minutes=50)


@pytest.mark.parametrize(
    ("at", "wall"),
    [
        (datetime(2027, 3, 15, 13, 0, tzinfo=UTC), "2027-03-15 09:00:00"),
        (datetime(2027, 11, 8, 14, 0, tzinfo=UTC), "2027-11-08 09:00:00"),
    ],
)
def test_nine_stays_nine_across_a_change_of_the_clocks(place, rosa, at, wall):
    with clock.freeze(at - timedelta(days=4)):
        visit = booked(place, at - timedelta(days=3) + timedelta(hours=1))
        assert str(move(rosa, place, visit, at).wall_clock) == wall


def race(*acts):
    """Run them at once; what each answered."""
    gate, found = Barrier(len(acts)), []

    def run(one):
        gate.wait()
        try:
            found.append(one())
        except Exception as error:  # noqa: BLE001 - told to the test
            found.append(error)

    threads = [Thread(target=run, args=[one]) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def in_app(app, act):
    def run():
        with app.app_context(), clock.freeze(SEEDED_AT):
            return act()

    return run


def test_of_two_moves_at_once_one_happens(app, place, rosa):
    visit = booked(place)
    found = race(
        in_app(app, lambda: move(rosa, place, visit, ELEVEN, sequence=0)),
        in_app(app, lambda: move(rosa, place, visit, NINE + timedelta(days=1), sequence=0)),
    )
    refused = [one for one in found if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [booking.MovedMeanwhile]
    assert read(place, visit)[0].sequence == 1


def test_the_desk_and_the_portal_do_not_take_one_time(app, place, rosa):
    def at_the_desk():
        with open_session(rosa.context()) as session:
            kind = get_visit_type(session, practice_id=place.id, slug="first-visit")
            return booking.book_at_desk(
                session,
                visit_type=kind,
                practitioner_id=place.practitioners["maya"],
                patient_id=patient_of(place, 1).patient_id,
                starts_at=NINE,
                time_zone=EASTERN,
                state="FL",
                by=rosa,
                override_reason="please",
            )

    found = race(in_app(app, at_the_desk), in_app(app, lambda: hold(place, patient_of(place))))
    assert [isinstance(one, booking.JustTaken) for one in found].count(True) == 1
    with open_session(place.context()) as session:
        taken = session.scalar(
            text("select count(*) from appointment where status in ('booked', 'pending')")
        )
    assert taken == 1


def test_two_visits_change_places_with_nobody_lost(app, place, rosa):
    first, second = booked(place), booked(place, ELEVEN, 1)
    found = race(
        in_app(app, lambda: move(rosa, place, first, ELEVEN)),
        in_app(app, lambda: move(rosa, place, second, NINE)),
    )
    assert all(isinstance(one, booking.JustTaken) for one in found)
    assert [read(place, one)[0].starts_at for one in (first, second)] == [NINE, ELEVEN]


def test_a_time_kept_for_payment_is_the_patients_until_it_ends(place, rosa):
    ana = patient_of(place)
    with open_session(rosa.context()) as session:
        kind = get_visit_type(session, practice_id=place.id, slug="first-visit")
        held = booking.hold_for_payment(
            session,
            visit_type=kind,
            practitioner_id=place.practitioners["maya"],
            patient_id=ana.patient_id,
            starts_at=NINE,
            time_zone=EASTERN,
            state="FL",
            by=rosa,
        )
    assert (held.status, held.hold_expires_at) == ("pending", SEEDED_AT + timedelta(hours=24))
    assert mails(place, held.id) == ["payment_requested"]
    with pytest.raises(booking.JustTaken):
        hold(place, patient_of(place, 1))
    assert confirm(place, held.id).status == "booked"


def test_a_link_to_pay_needs_time_to_pay(place, rosa):
    with open_session(rosa.context()) as session, pytest.raises(booking.TooSoonToPay):
        booking.hold_for_payment(
            session,
            visit_type=get_visit_type(session, practice_id=place.id, slug="first-visit"),
            practitioner_id=place.practitioners["maya"],
            patient_id=patient_of(place).patient_id,
            starts_at=SEEDED_AT + timedelta(minutes=59),
            time_zone=EASTERN,
            state="FL",
            by=rosa,
            override_reason="urgent",
        )
