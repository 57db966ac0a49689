"""Booking at the desk, and how few questions a week of times costs the database."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from shared import booking
from shared.access.appointments import access_appointment
from shared.access.principal import Role
from shared.booking.offers import get_visit_type
from shared.db import db, open_session
from tests.integration.booking.steps import EASTERN, NINE, hold, mails, patient_of
from tests.people import SEEDED_AT

EVENING = NINE + timedelta(hours=11)


def book(cast, at, number=0, state="FL", reason=None):
    place = cast.seagrape
    rosa = place.staff["rosa"].acting(Role.RECEPTIONIST)
    with open_session(rosa.context()) as session:
        return booking.book_at_desk(
            session,
            visit_type=get_visit_type(session, practice_id=place.id, slug="follow-up"),
            practitioner_id=place.practitioners["maya"],
            patient_id=patient_of(place, number).patient_id,
            starts_at=at,
            time_zone=EASTERN,
            state=state,
            by=rosa,
            override_reason=reason,
        )


def test_the_desk_books_inside_the_hours_and_the_patient_is_told(cast):
    booked = book(cast, NINE)
    assert (booked.status, booked.override_reason) == ("booked", None)
    assert mails(cast.seagrape, booked.id) == ["booking_confirmed"]


def test_outside_the_hours_it_takes_a_reason_which_is_kept(cast):
    with pytest.raises(booking.SlotRefused) as refused:
        book(cast, EVENING)
    assert refused.value.refusal.rule is booking.Rule.HOURS
    assert book(cast, EVENING, reason="works until seven").override_reason == "works until seven"


def test_what_the_desk_booked_outside_the_hours_blocks_everybody_else(cast):
    book(cast, EVENING, reason="works until seven")
    with pytest.raises(booking.JustTaken):
        book(cast, EVENING, number=1, reason="me too")


@pytest.mark.parametrize(
    ("at", "state", "rule"),
    [
        (SEEDED_AT - timedelta(hours=1), "FL", booking.Rule.PAST),
        (NINE, "TX", booking.Rule.STATE),
    ],
)
def test_no_reason_bends_the_past_or_a_licence(cast, at, state, rule):
    with pytest.raises(booking.SlotRefused) as refused:
        book(cast, at, state=state, reason="please")
    assert refused.value.refusal.rule is rule


def test_a_time_somebody_holds_is_not_given_away_for_any_reason(cast):
    hold(cast.seagrape, cast.seagrape.anonymous())
    with pytest.raises(booking.JustTaken) as late:
        book(cast, NINE, reason="please")
    assert len(late.value.alternatives) == 3


def test_a_patient_is_not_booked_twice_at_once(cast):
    book(cast, NINE)
    with pytest.raises((booking.OwnOverlap, booking.JustTaken)):
        book(cast, NINE + timedelta(minutes=15), reason="please")


def test_a_week_of_times_costs_few_questions(app, cast):
    place, asked = cast.seagrape, []

    def count(connection, cursor, statement, *rest):
        asked.append(statement)

    me = patient_of(place)
    with open_session(me.context()) as session:
        wanted = get_visit_type(session, practice_id=place.id, slug="follow-up")
        event.listen(db.engine, "before_cursor_execute", count)
        try:
            openings = booking.load_openings(session, visit_type=wanted, viewer=me)
            found = openings.between(SEEDED_AT, SEEDED_AT + timedelta(days=7))
        finally:
            event.remove(db.engine, "before_cursor_execute", count)
    assert len(found) > 30
    assert len(asked) <= 5


def test_the_row_of_a_booking_at_the_desk_reads_like_any_other(cast):
    booked = book(cast, NINE)
    me = patient_of(cast.seagrape)
    with open_session(me.context()) as session:
        row = access_appointment(session, viewer=me, appointment_id=booked.id)
        assert row.state == "FL"
