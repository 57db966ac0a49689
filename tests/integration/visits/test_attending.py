"""Coming and going: when the door opens, where one may be seen, who is there, what cancels it."""

from datetime import timedelta
from typing import Any

import pytest

from shared import clock
from shared.access.appointments import access_appointment
from shared.access.consents import find_consent
from shared.access.errors import NotFound
from shared.access.visits import get_visit
from shared.booking import cancel_appointment
from shared.db import open_session
from shared.people.consent_texts import consent_text
from shared.visits.attending import begin, check_in, end_visit, mark_no_show, step_in
from shared.visits.consents import has_signed, revoke_consent, sign_consent
from shared.visits.errors import ConsentMissing, NotLicensed, NotYet, NumberUnusable, Over
from shared.visits.licences import ReasonTooShort, override_licence
from shared.visits.phone import convert_to_phone
from shared.visits.presence import note_presence
from shared.visits.states import MoveRefused
from tests.integration.visits.conftest import Clinic


def speak(clinic: Clinic, visit_id: Any, *, patient: str = "", doctor: str = "") -> str:
    """Each page says where its person is; the visit's state after that."""
    for by, side, place in (
        (clinic.viewer, "patient", patient),
        (clinic.doctor, "practitioner", doctor),
    ):
        if place:
            clinic.act(by, note_presence, visit_id, side=side, place=place)
    return str(clinic.visit(visit_id)["status"])


def test_door_opens_half_an_hour_before_and_closes_an_hour_after(clinic: Clinic) -> None:
    appointment_id = clinic.book()
    with pytest.raises(NotYet) as early:
        clinic.open_door(appointment_id)
    assert early.value.opens_at == clinic.begins_at(appointment_id) - timedelta(minutes=30)
    clinic.go_to(clinic.begins_at(appointment_id) + timedelta(hours=3))
    with pytest.raises(Over):
        clinic.open_door(appointment_id)


def test_watch_opens_the_door_by_itself(clinic: Clinic) -> None:
    appointment_id = clinic.book()
    clinic.run("watch_visits")
    assert clinic.rows("visit", "appointment_id = %s", appointment_id) == []
    clinic.go_to(clinic.begins_at(appointment_id) - timedelta(minutes=20))
    clinic.run("watch_visits")
    clinic.run("watch_visits")
    assert clinic.work() == ["make_room"]
    [visit] = clinic.rows("visit", "appointment_id = %s", appointment_id)
    assert visit["status"] == "room_ready"


def test_watch_that_was_away_opens_the_door_after_the_time(clinic: Clinic) -> None:
    appointment_id = clinic.book()
    clinic.go_to(clinic.begins_at(appointment_id) + timedelta(minutes=61))
    clinic.run("watch_visits")
    assert clinic.rows("visit", "appointment_id = %s", appointment_id) == []
    clinic.go_to(clinic.begins_at(appointment_id) + timedelta(minutes=59))
    clinic.run("watch_visits")
    [visit] = clinic.rows("visit", "appointment_id = %s", appointment_id)
    clinic.act(clinic.doctor, mark_no_show, visit["id"])
    assert clinic.visit(visit["id"])["status"] == "no_show"


def test_patient_checks_in_and_the_visit_begins_drops_and_goes_on(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.work()
    clinic.arrive(visit_id)
    assert clinic.visit(visit_id)["status"] == "patient_checked_in"
    clinic.act(clinic.doctor, step_in, visit_id)
    assert speak(clinic, visit_id, patient="waiting", doctor="call") == "practitioner_joined"
    assert speak(clinic, visit_id, patient="call", doctor="call") == "in_progress"
    began_at = clinic.visit(visit_id)["began_at"]
    clinic.go_to(clock.now() + timedelta(seconds=25))
    assert speak(clinic, visit_id, doctor="call") == "dropped"
    assert speak(clinic, visit_id, patient="call") == "in_progress"
    row = clinic.visit(visit_id)
    assert (row["drops"], row["began_at"]) == (1, began_at)
    clinic.go_to(clock.now() + timedelta(seconds=25))
    clinic.run("watch_visits")
    assert clinic.visit(visit_id)["status"] == "dropped"
    clinic.act(clinic.doctor, end_visit, visit_id)
    clinic.act(clinic.doctor, end_visit, visit_id)
    [booked] = clinic.rows("appointment", "id = %s", row["appointment_id"])
    assert booked["status"] == "fulfilled"
    assert speak(clinic, visit_id, patient="call", doctor="call") == "ended"


def test_practitioner_may_come_first(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.work()
    clinic.act(clinic.doctor, step_in, visit_id)
    clinic.arrive(visit_id)
    assert speak(clinic, visit_id, patient="call", doctor="call") == "in_progress"


def test_check_in_is_refused_in_a_state_without_a_licence(clinic: Clinic) -> None:
    visit_id = clinic.open()
    with pytest.raises(NotLicensed):
        clinic.arrive(visit_id, state="TX")
    assert clinic.visit(visit_id)["checked_in_at"] is None
    with pytest.raises(ReasonTooShort):
        clinic.act(clinic.doctor, override_licence, visit_id, reason="  ok  ")
    clinic.act(
        clinic.doctor, override_licence, visit_id, reason="Crossed the border on the way home."
    )
    clinic.arrive(visit_id, state="TX")
    assert clinic.visit(visit_id)["location_state"] == "TX"


@pytest.mark.parametrize("change", ["ends_on = '2026-12-31'", "starts_on = '2027-06-01'"])
def test_licence_counts_on_its_days_only(clinic: Clinic, change: str) -> None:
    visit_id = clinic.open()
    clinic.sql("alter table licence disable trigger user")
    clinic.sql(f"update licence set {change} where state = 'FL'")
    with pytest.raises(NotLicensed):
        clinic.arrive(visit_id)


def test_patient_cannot_override_the_licence(clinic: Clinic) -> None:
    visit_id = clinic.open()
    with pytest.raises(Exception, match="permission denied"):
        clinic.act(clinic.viewer, override_licence, visit_id, reason="I am sure it is fine.")


def test_consent_is_signed_once_taken_back_and_asked_again(clinic: Clinic) -> None:
    visit_id = clinic.open()
    with pytest.raises(ConsentMissing):
        clinic.act(clinic.viewer, check_in, visit_id, state="FL")
    with pytest.raises(ConsentMissing):
        clinic.act(clinic.viewer, sign_consent, visit_id, version="2019-01")
    clinic.arrive(visit_id)
    clinic.arrive(visit_id)
    assert len(clinic.rows("consent", "true")) == 1
    with open_session(clinic.viewer.context()) as session:
        given = find_consent(
            session, viewer=clinic.viewer, patient_id=clinic.patient.id, kind="telehealth"
        )
        assert given is not None
        assert given.text_sha256 == consent_text().sha256
        revoke_consent(session, consent=given)
        visit = get_visit(session, viewer=clinic.viewer, visit_id=visit_id)
        assert not has_signed(session, visit=visit, by=clinic.viewer)


def test_visit_of_another_patient_or_practice_does_not_exist(clinic: Clinic, cast: Any) -> None:
    visit_id = clinic.open()
    others = [
        next(one for name, one in cast.seagrape.patients.items() if name != "ana").viewer,
        next(iter(cast.ironbound.patients.values())).viewer,
        cast.ironbound.job(),
    ]
    for viewer in others:
        with open_session(viewer.context()) as session, pytest.raises(NotFound):
            get_visit(session, viewer=viewer, visit_id=visit_id)


def test_cancelling_the_appointment_calls_the_visit_off(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.work()
    appointment_id = clinic.visit(visit_id)["appointment_id"]
    with open_session(clinic.viewer.context()) as session:
        row = access_appointment(session, viewer=clinic.viewer, appointment_id=appointment_id)
        cancel_appointment(session, appointment=row, by=clinic.viewer)
    clinic.run("watch_visits")
    clinic.work()
    row = clinic.visit(visit_id)
    assert (row["status"], row["torn_down_at"] is not None) == ("cancelled", True)
    assert clinic.at_vendor() == 0
    with pytest.raises(Over):
        clinic.arrive(visit_id)


def test_moving_the_appointment_changes_the_room(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.work()
    before = clinic.visit(visit_id)
    clinic.sql("alter table appointment disable trigger user")
    later = "interval '10 minutes'"
    clinic.sql(
        f"update appointment set starts_at = starts_at + {later}, ends_at = ends_at + {later},"
        f" during = tstzrange(lower(during) + {later}, upper(during) + {later}),"
        f" occupied = tstzrange(lower(occupied) + {later}, upper(occupied) + {later})"
        " where id = %s",
        before["appointment_id"],
    )
    clinic.run("watch_visits")
    clinic.work()
    clinic.run("watch_visits")
    clinic.work()
    after = clinic.visit(visit_id)
    assert after["starts_at"] == before["starts_at"] + timedelta(minutes=10)
    assert [room["status"] for room in clinic.rooms(visit_id)] == ["gone", "ready"]
    assert clinic.at_vendor() == 1


def test_nobody_is_absent_within_a_quarter_of_an_hour(clinic: Clinic) -> None:
    visit_id = clinic.open()
    with pytest.raises(NotYet):
        clinic.act(clinic.doctor, mark_no_show, visit_id)


def test_visit_that_ended_does_not_begin_again(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.arrive(visit_id)
    with pytest.raises(MoveRefused):
        clinic.act(clinic.doctor, end_visit, visit_id)
    clinic.act(clinic.doctor, step_in, visit_id)
    clinic.act(clinic.doctor, begin, visit_id)
    clinic.act(clinic.doctor, end_visit, visit_id)
    for step in (
        step_in,
        lambda *a, **k: convert_to_phone(*a, **k, reason="asked", number="5615550171"),
    ):
        with pytest.raises(Over):
            clinic.act(clinic.doctor, step, visit_id)


def test_number_that_cannot_be_called_is_refused(clinic: Clinic) -> None:
    visit_id = clinic.open()
    with pytest.raises(NumberUnusable):
        clinic.act(clinic.viewer, convert_to_phone, visit_id, reason="asked", number="12")
