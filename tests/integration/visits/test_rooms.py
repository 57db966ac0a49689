"""A room's life: made once shortly before, found again after an unclear answer, proven gone."""

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from sqlalchemy.exc import ProgrammingError

from shared import clock
from shared.access.principal import Principal
from shared.access.video_rooms import find_guest_room, find_host_url
from shared.access.visits import get_visit
from shared.db import open_session
from shared.visits.attending import begin, end_visit, mark_no_show, step_in
from shared.visits.phone import convert_to_phone
from shared.visits.states import MoveRefused
from tests.integration.visits.conftest import Clinic


def test_room_is_made_when_the_door_opens_and_gone_after_the_end(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.work()
    [room] = clinic.rooms(visit_id)
    assert room["status"] == "ready"
    assert clinic.visit(visit_id)["status"] == "room_ready"
    assert clinic.at_vendor() == 1
    clinic.arrive(visit_id)
    clinic.act(clinic.doctor, step_in, visit_id)
    with pytest.raises(MoveRefused):  # nobody met: there is nothing to end
        clinic.act(clinic.doctor, end_visit, visit_id)
    clinic.act(clinic.doctor, begin, visit_id)
    clinic.act(clinic.doctor, end_visit, visit_id)
    assert clinic.visit(visit_id)["status"] == "ended"
    clinic.work()
    [room] = clinic.rooms(visit_id)
    assert (room["status"], room["gone_at"] is not None) == ("gone", True)
    assert clinic.visit(visit_id)["status"] == "torn_down"
    assert clinic.at_vendor() == 0


def test_one_room_is_made_when_the_answer_was_lost(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.sandbox.fault("whereby", "reset", "after", times=1)
    clinic.work()
    assert clinic.rooms(visit_id)[0]["status"] == "unknown"
    assert clinic.at_vendor() == 1
    clinic.run("make_room", room_id=clinic.rooms(visit_id)[0]["id"])
    assert clinic.rooms(visit_id)[0]["status"] == "ready"
    assert clinic.at_vendor() == 1


@pytest.mark.parametrize("status", ["500", "429"])
def test_room_is_asked_for_again_when_the_vendor_is_down(clinic: Clinic, status: str) -> None:
    visit_id = clinic.open()
    clinic.sandbox.fault("whereby", "status", status)
    clinic.work()
    assert clinic.rooms(visit_id)[0]["status"] == "unknown"
    open_items = "kind = 'video_room_failed' and resolved_at is null"
    assert len(clinic.rows("attention_item", open_items)) == 1
    clinic.sandbox.fault("whereby", "off")
    clinic.go_to(clock.now() + timedelta(minutes=3))
    clinic.run("sweep_rooms")
    clinic.work()
    assert clinic.rooms(visit_id)[0]["status"] == "ready"
    assert clinic.rows("attention_item", open_items) == []


def test_room_is_removed_when_its_visit_ended_before_it_was_made(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.act(clinic.doctor, step_in, visit_id)
    clinic.act(clinic.doctor, begin, visit_id)
    clinic.act(clinic.doctor, end_visit, visit_id)
    clinic.work()
    assert clinic.rooms(visit_id)[0]["status"] == "gone"
    assert clinic.visit(visit_id)["status"] == "torn_down"
    assert clinic.at_vendor() == 0


def test_visit_is_not_torn_down_while_the_vendor_still_has_the_room(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.work()
    clinic.act(clinic.doctor, step_in, visit_id)
    clinic.act(clinic.doctor, begin, visit_id)
    clinic.act(clinic.doctor, end_visit, visit_id)
    clinic.sandbox.fault("whereby", "status", "503")
    clinic.work()
    assert clinic.visit(visit_id)["torn_down_at"] is None
    clinic.sandbox.fault("whereby", "off")
    clinic.run("remove_room", room_id=clinic.rooms(visit_id)[0]["id"])
    assert clinic.visit(visit_id)["torn_down_at"] is not None


def test_orphan_is_removed_and_told_and_a_used_room_is_kept(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.work()
    clinic.sql("alter table video_room disable trigger user")
    clinic.sql("update video_room set status = 'gone' where visit_id = %s", visit_id)
    clinic.run("sweep_rooms")
    assert clinic.at_vendor() == 0
    assert clinic.rows("attention_item", "kind = 'video_room_orphaned'")
    clinic.sql("update video_room set status = 'ready' where visit_id = %s", visit_id)
    clinic.run("sweep_rooms")
    assert clinic.rooms(visit_id)[0]["status"] == "ready"


def test_going_on_by_phone_removes_the_room(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.work()
    clinic.arrive(visit_id)
    clinic.act(
        clinic.viewer, convert_to_phone, visit_id, reason="no_picture", number="(561) 555-0171"
    )
    clinic.work()
    assert clinic.at_vendor() == 0
    assert clinic.visit(visit_id)["status"] == "converted_to_phone"
    clinic.act(clinic.doctor, step_in, visit_id)
    clinic.act(clinic.doctor, end_visit, visit_id)
    row = clinic.visit(visit_id)
    assert (row["status"], row["modality"]) == ("torn_down", "phone")


def test_absence_may_be_noted_after_a_quarter_of_an_hour(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.work()
    clinic.go_to(clinic.visit(visit_id)["starts_at"] + timedelta(minutes=16))
    clinic.act(clinic.doctor, mark_no_show, visit_id)
    clinic.work()
    row = clinic.visit(visit_id)
    assert (row["status"], row["torn_down_at"] is not None) == ("no_show", True)
    [booked] = clinic.rows("appointment", "id = %s", row["appointment_id"])
    assert booked["status"] == "noshow"


def host_url_for(clinic: Clinic, viewer: Principal, visit_id: UUID) -> str:
    """The host's address as somebody gets it who asks for it."""
    with open_session(viewer.context()) as session:
        visit = get_visit(session, viewer=viewer, visit_id=visit_id)
        room = find_guest_room(session, viewer=viewer, visit=visit)
        assert room is not None
        assert "roomKey" not in str(room.guest_url)
        return find_host_url(session, viewer=viewer, room=room) or ""


def test_the_host_address_never_reaches_the_patients_role_or_the_log(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.work()
    secret = host_url_for(clinic, clinic.doctor, visit_id).partition("roomKey=")[2]
    assert secret
    with pytest.raises(ProgrammingError, match="permission denied"):
        host_url_for(clinic, clinic.viewer, visit_id)
    told = clinic.sql("select string_agg(body::text, '') as said from audit.payload")
    assert secret not in str(told[0]["said"])


def test_two_workers_make_one_room(clinic: Clinic) -> None:
    visit_id = clinic.open()
    room_id = clinic.rooms(visit_id)[0]["id"]
    clinic.run("make_room", room_id=room_id)
    clinic.run("make_room", room_id=room_id)
    assert clinic.at_vendor() == 1


def test_database_refuses_a_second_open_room(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.sql("alter table video_room disable trigger user")
    with pytest.raises(psycopg.errors.UniqueViolation):
        clinic.sql(
            "insert into video_room (practice_id, id, visit_id, patient_id, status, key, attempts,"
            " created_at) select practice_id, gen_random_uuid(), visit_id, patient_id, status,"
            " key || 'x', 0, now() from video_room where visit_id = %s",
            visit_id,
        )


def test_refused_room_is_asked_for_again_after_a_while_only(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.sandbox.fault("whereby", "status", "400")
    clinic.work()
    for _ in range(3):
        clinic.run("watch_visits")
        clinic.work()
    assert [room["status"] for room in clinic.rooms(visit_id)] == ["failed"]
    clinic.sandbox.fault("whereby", "off")
    clinic.go_to(clock.now() + timedelta(minutes=6))
    clinic.run("watch_visits")
    clinic.work()
    assert [room["status"] for room in clinic.rooms(visit_id)] == ["failed", "ready"]
