"""Rooms in bad luck: lost in mid-call, poll against notice, cancelled meanwhile, long calls."""

from datetime import timedelta
from typing import Any

import pytest

from shared import clock
from shared.adapters.video.values import Presence
from shared.adapters.video.whereby import WherebyRooms
from shared.visits.attending import end_visit, step_in
from shared.visits.hearing import host_code, patient_code
from shared.visits.presence import note_presence
from tests.integration.visits.conftest import Clinic


@pytest.fixture
def call(clinic: Clinic) -> Any:
    """A visit in progress: both pages say so."""
    visit_id = clinic.open()
    clinic.work()
    clinic.arrive(visit_id)
    clinic.act(clinic.doctor, step_in, visit_id)
    speak(clinic, visit_id)
    assert clinic.visit(visit_id)["status"] == "in_progress"
    return visit_id


def speak(clinic: Clinic, visit_id: Any) -> None:
    """Both pages say that their person is in the room."""
    clinic.act(clinic.viewer, note_presence, visit_id, side="patient", place="call")
    clinic.act(clinic.doctor, note_presence, visit_id, side="practitioner", place="call")


def test_room_that_vanished_in_the_call_is_replaced(clinic: Clinic, call: Any) -> None:
    clinic.run("ask_vendor")
    [room] = clinic.rooms(call)
    assert room["status"] == "ready"
    clinic.delete_at_vendor(room["meeting_id"])
    clinic.run("ask_vendor")
    clinic.work()
    old, new = clinic.rooms(call)
    assert (old["status"], new["status"]) == ("gone", "ready")
    assert new["meeting_id"] != old["meeting_id"]
    assert clinic.at_vendor() == 1


def test_what_the_vendor_remembers_is_a_hint(
    clinic: Clinic, call: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    visit = type("Row", (), {"id": call})
    told: list[Presence] = []
    monkeypatch.setattr(WherebyRooms, "list_presences", lambda *_: told)

    def ask() -> str:
        clinic.run("ask_vendor")
        return str(clinic.visit(call)["status"])

    patient, host = patient_code(visit), host_code(visit)  # type: ignore[arg-type]  # its id is read
    told[:] = [Presence(patient, now - timedelta(minutes=5), now - timedelta(minutes=1))]
    assert ask() == "in_progress"
    # Two devices: one left, the other is inside.
    left = Presence(patient, now, now + timedelta(seconds=2))
    told[:] = [left, Presence(patient, now + timedelta(seconds=1), None), Presence(host, now, None)]
    assert ask() == "in_progress"
    told[:] = [Presence("g-0", now, now + timedelta(seconds=9))]
    assert ask() == "in_progress"
    told[:] = [Presence(patient, now, now + timedelta(seconds=3))]
    assert ask() == "dropped"
    clinic.go_to(now + timedelta(seconds=4))
    speak(clinic, call)
    assert ask() == "in_progress"


def test_call_of_three_hours_keeps_its_room(clinic: Clinic, call: Any) -> None:
    for _ in range(6):
        clinic.go_to(clock.now() + timedelta(minutes=30))
        speak(clinic, call)
        for task in ("watch_visits", "sweep_rooms", "ask_vendor"):
            clinic.run(task)
        assert clinic.visit(call)["status"] == "in_progress"
    [room] = clinic.rooms(call)
    assert room["status"] == "ready"
    clinic.act(clinic.doctor, end_visit, call)
    clinic.work()
    assert (clinic.visit(call)["status"], clinic.at_vendor()) == ("torn_down", 0)


def test_cancelled_in_the_call_ends_it_and_removes_the_room(clinic: Clinic, call: Any) -> None:
    cancel(clinic, call)
    clinic.run("watch_visits")
    clinic.work()
    assert clinic.visit(call)["status"] == "torn_down"
    assert clinic.at_vendor() == 0


def test_cancelled_before_they_meet_is_not_begun(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.work()
    clinic.arrive(visit_id)
    clinic.act(clinic.doctor, step_in, visit_id)
    cancel(clinic, visit_id)
    speak(clinic, visit_id)
    clinic.work()
    assert clinic.visit(visit_id)["status"] == "cancelled"
    assert clinic.visit(visit_id)["torn_down_at"] is not None
    assert clinic.at_vendor() == 0


def cancel(clinic: Clinic, visit_id: Any) -> None:
    """Somebody cancels the appointment, against every page's advice."""
    clinic.sql("alter table appointment disable trigger user")
    clinic.sql(
        "update appointment set status = 'cancelled' where id = %s",
        clinic.visit(visit_id)["appointment_id"],
    )


def test_room_that_cannot_be_deleted_is_tried_until_it_is_gone(clinic: Clinic, call: Any) -> None:
    clinic.sandbox.fault("whereby", "status", "503")
    clinic.act(clinic.doctor, end_visit, call)
    clinic.work()
    assert clinic.visit(call)["status"] == "ended"
    assert clinic.visit(call)["torn_down_at"] is None
    clinic.sandbox.fault("whereby", "off")
    clinic.go_to(clock.now() + timedelta(hours=1))
    clinic.run("sweep_rooms")
    clinic.work()
    assert clinic.visit(call)["status"] == "torn_down"
    assert clinic.at_vendor() == 0
