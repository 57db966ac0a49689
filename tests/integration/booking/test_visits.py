"""From held to booked to cancelled, as the roles the product runs as."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from shared import booking, clock
from shared.access.appointments import access_appointment, find_cancellation, list_upcoming
from shared.access.errors import NotFound
from shared.access.principal import Role
from shared.access.schedule import list_schedule
from shared.booking.offers import get_visit_type
from shared.db import open_session
from shared.models.dispatch import Dispatch
from tests.people import SEEDED_AT

NINE = datetime(2027, 1, 5, 14, 0, tzinfo=UTC)
EASTERN = "America/New_York"
TEN_LATER = SEEDED_AT + timedelta(minutes=11)


def patient_of(place, number=0):
    return list(place.patients.values())[number].viewer


def hold(place, by, at=NINE, slug="first-visit"):
    with open_session(by.context()) as session:
        visit_type = get_visit_type(session, practice_id=place.id, slug=slug)
        return booking.hold_slot(
            session, visit_type=visit_type, starts_at=at, by=by, time_zone=EASTERN
        ).id


def confirm(place, appointment_id):
    job = place.job()
    with open_session(job.context()) as session:
        row = access_appointment(session, viewer=job, appointment_id=appointment_id)
        return booking.confirm_appointment(session, appointment=row, by=job)


def cancel(by, appointment_id, **how):
    with open_session(by.context()) as session:
        row = access_appointment(session, viewer=by, appointment_id=appointment_id)
        return booking.cancel_appointment(session, appointment=row, by=by, **how)


def read(place, appointment_id):
    job = place.job()
    with open_session(job.context()) as session:
        row = access_appointment(session, viewer=job, appointment_id=appointment_id)
        return row, find_cancellation(session, viewer=job, appointment=row)


def mails(place, appointment_id):
    with open_session(place.job().context()) as session:
        return list(
            session.scalars(
                select(Dispatch.template)
                .where(Dispatch.about_id == appointment_id)
                .order_by(Dispatch.id)
                .execution_options(door=True)
            )
        )


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
