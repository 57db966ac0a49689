"""Cancelling a visit, who sees it, and what the log tells of it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from shared import booking, clock
from shared.access.appointments import access_appointment, list_upcoming
from shared.access.errors import NotFound
from shared.access.principal import Role
from shared.access.schedule import list_schedule
from shared.db import open_session
from tests.integration.booking.steps import NINE, cancel, confirm, hold, mails, patient_of
from tests.people import SEEDED_AT


@pytest.mark.parametrize(
    ("before", "within", "due"),
    [(timedelta(hours=24), True, 15_000), (timedelta(hours=23, minutes=59), False, 0)],
)
def test_what_goes_back_depends_on_the_window(cast, before, within, due):
    place, me = cast.seagrape, patient_of(cast.seagrape)
    late_in_the_week = NINE + timedelta(days=2)
    booked = hold(place, me, at=late_in_the_week)
    confirm(place, booked)
    with clock.freeze(late_in_the_week - before):
        ended = cancel(me, booked)
    assert (ended.within_policy, ended.refund_due_minor) == (within, due)
    assert (ended.reason, ended.by_kind, ended.cancelled_by) == (
        "patient_request",
        "patient",
        me.account_id,
    )
    assert mails(place, booked) == ["booking_confirmed", "booking_cancelled"]


def test_the_practices_own_cancelling_always_gives_the_money_back(cast):
    place, me = cast.seagrape, patient_of(cast.seagrape)
    booked = hold(place, me)
    confirm(place, booked)
    rosa = place.staff["rosa"].acting(Role.RECEPTIONIST)
    with clock.freeze(NINE - timedelta(hours=1)):
        ended = cancel(rosa, booked, reason="practice_request")
    assert (ended.within_policy, ended.refund_due_minor) == (True, 15_000)


def test_cancelling_frees_the_time_and_cannot_be_done_twice(cast):
    place, me = cast.seagrape, patient_of(cast.seagrape)
    booked = hold(place, me)
    confirm(place, booked)
    cancel(me, booked)
    with pytest.raises(booking.CannotCancel):
        cancel(me, booked)
    with pytest.raises(booking.SlotGone):
        confirm(place, booked)
    hold(place, patient_of(place, 1))


def test_a_visit_that_has_begun_cannot_be_cancelled(cast):
    place, me = cast.seagrape, patient_of(cast.seagrape)
    booked = hold(place, me)
    confirm(place, booked)
    with clock.freeze(NINE), pytest.raises(booking.CannotCancel):
        cancel(me, booked)


def test_patients_see_their_own_visits_only(cast):
    place, me, other = cast.seagrape, patient_of(cast.seagrape), patient_of(cast.seagrape, 1)
    booked = hold(place, me)
    confirm(place, booked)
    with open_session(me.context()) as session:
        assert [each.appointment.id for each in list_upcoming(session, viewer=me)] == [booked]
    with open_session(other.context()) as session:
        assert list_upcoming(session, viewer=other) == []
        with pytest.raises(NotFound):
            access_appointment(session, viewer=other, appointment_id=booked)


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.PHYSICIAN])
def test_the_desk_sees_who_comes_and_the_other_practice_does_not(cast, role):
    place, me = cast.seagrape, patient_of(cast.seagrape)
    confirm(place, hold(place, me))
    names = {Role.RECEPTIONIST: "rosa", Role.PHYSICIAN: "maya"}
    viewer = place.staff[names[role]].acting(role)
    with open_session(viewer.context()) as session:
        (entry,) = list_schedule(
            session, viewer=viewer, first=SEEDED_AT, until=SEEDED_AT + timedelta(days=7)
        )
        assert entry.patient is not None
        assert entry.patient.id == me.patient_id
        assert entry.patient.phone
    stranger = cast.ironbound.staff["tomás"].acting(Role.PHYSICIAN)
    with open_session(stranger.context()) as session:
        assert (
            list_schedule(
                session, viewer=stranger, first=SEEDED_AT, until=SEEDED_AT + timedelta(days=7)
            )
            == []
        )


def test_the_calendar_object_carries_one_id_from_booking_to_cancelling(cast):
    place, me = cast.seagrape, patient_of(cast.seagrape)
    booked = hold(place, me)
    confirm(place, booked)
    with open_session(me.context()) as session:
        row = access_appointment(session, viewer=me, appointment_id=booked)
        kept = booking.invitation(session, row, attendee=None).decode()
    assert f"UID:{booked}@localhost" in kept.replace("\r\n ", "")
    assert "METHOD:PUBLISH" in kept
    assert "SUMMARY:Appointment with Seagrape Medical" in kept
    assert "First visit" not in kept


def test_every_step_is_told_in_the_log(cast):
    place, me = cast.seagrape, patient_of(cast.seagrape)
    booked = hold(place, me)
    confirm(place, booked)
    cancel(me, booked)
    with open_session(place.job().context()) as session:
        acts = session.execute(
            text(
                "select e.action, p.body from audit.event e join audit.payload p"
                " on p.event_id = e.id where e.target_id = :id and e.kind = 'act' order by e.id"
            ),
            {"id": booked},
        ).all()
    assert [each.action for each in acts] == [
        "appointment.held",
        "appointment.booked",
        "appointment.cancelled",
    ]
    assert acts[1].body == {
        "visit": "First visit",
        "when": "Tuesday 5 January 2027 at 9:00 am Eastern",
    }


def test_another_browser_cannot_claim_what_it_did_not_hold(cast):
    place, me = cast.seagrape, patient_of(cast.seagrape)
    held = hold(place, place.anonymous())
    with open_session(place.context("bedside_gate")) as session, pytest.raises(booking.HoldGone):
        booking.claim_hold(
            session,
            appointment_id=held,
            patient_id=me.patient_id,
            by=place.anonymous(b"\x05" * 32),
        )
