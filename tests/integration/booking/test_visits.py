"""From held to booked, as the roles the product runs as."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from shared import booking, clock
from shared.access.appointments import access_appointment
from shared.db import open_session
from tests.integration.booking.steps import NINE, confirm, hold, mails, patient_of, read
from tests.people import SEEDED_AT

TEN_LATER = SEEDED_AT + timedelta(minutes=11)


def test_a_hold_becomes_a_booking_with_one_mail_however_often_it_is_confirmed(cast):
    place = cast.seagrape
    held = hold(place, patient_of(place))
    confirm(place, held)
    confirm(place, held)
    row, _ = read(place, held)
    assert (row.status, row.hold_expires_at, row.booked_at) == ("booked", None, SEEDED_AT)
    assert mails(place, held) == ["booking_confirmed"]


def test_money_after_the_hold_books_a_time_that_is_still_free(cast):
    place = cast.seagrape
    held = hold(place, patient_of(place))
    with clock.freeze(TEN_LATER):
        with open_session(place.job().context()) as session:
            assert booking.expire_holds(session, by=place.job()) == 1
        confirm(place, held)
    assert read(place, held)[0].status == "booked"


def test_money_after_the_hold_goes_back_when_the_time_is_taken(cast):
    place = cast.seagrape
    held = hold(place, patient_of(place))
    with clock.freeze(TEN_LATER):
        hold(place, patient_of(place, 1))
        with pytest.raises(booking.SlotGone):
            confirm(place, held)
    assert read(place, held)[0].status == "cancelled"
    assert mails(place, held) == []


def test_slot_gone_leaves_the_callers_transaction_alive(cast):
    place = cast.seagrape
    held = hold(place, patient_of(place))
    with clock.freeze(TEN_LATER):
        hold(place, patient_of(place, 1))
        job = place.job()
        with open_session(job.context()) as session:
            row = access_appointment(session, viewer=job, appointment_id=held)
            with pytest.raises(booking.SlotGone), session.begin_nested():
                booking.confirm_appointment(session, appointment=row, by=job)
            assert session.scalar(text("select 1")) == 1


def test_a_hold_the_patient_let_go_is_not_booked_by_late_money(cast):
    place, me = cast.seagrape, patient_of(cast.seagrape)
    held = hold(place, me)
    with open_session(me.context()) as session:
        row = access_appointment(session, viewer=me, appointment_id=held)
        booking.release_hold(session, appointment=row, by=me)
    with pytest.raises(booking.SlotGone):
        confirm(place, held)


def test_a_visit_that_would_have_begun_is_not_booked(cast):
    place = cast.seagrape
    held = hold(place, patient_of(place))
    with clock.freeze(NINE + timedelta(minutes=1)), pytest.raises(booking.SlotGone):
        confirm(place, held)


def test_what_a_stranger_held_becomes_the_patients_who_signs_in(cast):
    place, me = cast.seagrape, patient_of(cast.seagrape)
    held = hold(place, place.anonymous())
    with open_session(place.context("bedside_gate")) as session:
        booking.claim_hold(
            session, appointment_id=held, patient_id=me.patient_id, by=place.anonymous()
        )
    with open_session(me.context()) as session:
        row = access_appointment(session, viewer=me, appointment_id=held)
        assert (row.patient_id, row.visitor_key) == (me.patient_id, None)
    with open_session(place.context("bedside_gate")) as session, pytest.raises(booking.HoldGone):
        booking.claim_hold(
            session,
            appointment_id=held,
            patient_id=patient_of(place, 1).patient_id,
            by=place.anonymous(),
        )


def test_a_hold_that_ran_out_cannot_be_claimed(cast):
    place = cast.seagrape
    held = hold(place, place.anonymous())
    with clock.freeze(TEN_LATER):
        hold(place, place.anonymous(b"\x02" * 32))
        with (
            open_session(place.context("bedside_gate")) as session,
            pytest.raises(booking.HoldGone),
        ):
            booking.claim_hold(
                session,
                appointment_id=held,
                patient_id=patient_of(place).patient_id,
                by=place.anonymous(),
            )


def test_one_person_does_not_take_all_the_days(cast, monkeypatch):
    place, me = cast.seagrape, patient_of(cast.seagrape)
    monkeypatch.setattr(booking.holds, "MOST_AHEAD", 2)
    days = [datetime(2027, 1, day, 15, 0, tzinfo=UTC) for day in (11, 12, 13)]
    for at in days[:2]:
        confirm(place, hold(place, me, at=at))
    with pytest.raises(booking.SlotRefused) as refused:
        hold(place, me, at=days[2])
    assert refused.value.refusal.rule is booking.Rule.MANY


def test_a_patient_cannot_be_in_two_visits_at_once(cast):
    place, me = cast.ironbound, patient_of(cast.ironbound)
    friday = datetime(2027, 1, 8, 18, 30, tzinfo=UTC)
    confirm(place, hold(place, me, at=friday, slug="consultation"))
    with pytest.raises(booking.SlotRefused) as refused:
        hold(place, me, at=friday, slug="consultation")
    assert refused.value.refusal.rule is booking.Rule.OWN
    other = hold(place, place.anonymous(), at=friday, slug="consultation")
    with open_session(place.context("bedside_gate")) as session, pytest.raises(booking.OwnOverlap):
        booking.claim_hold(
            session, appointment_id=other, patient_id=me.patient_id, by=place.anonymous()
        )
