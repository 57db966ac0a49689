"""What the practitioner adds: guests by a link, a line to who waits, a late start."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.exc import ProgrammingError

from shared import clock
from shared.access.errors import NotFound
from shared.access.held_visits import access_held_visit, list_waiting
from shared.access.principal import Principal, Role
from shared.access.video_rooms import find_guest_room, find_host_url
from shared.access.visits import get_visit
from shared.db import open_session
from shared.visits.attending import begin, end_visit, step_in
from shared.visits.company import (
    MOST_GUESTS,
    LinkElsewhere,
    LinkSpent,
    NothingSaid,
    TooMany,
    find_way_in,
    invite_guest,
    last_words,
    note_guest,
    revoke_guest,
    say_to_waiting,
    take_link,
)
from shared.visits.errors import Over
from tests.integration.visits.conftest import Clinic
from tests.people import Cast

OURS, THEIRS = b"\x01" * 32, b"\x02" * 32


def invite(clinic: Clinic, visit_id: UUID, kind: str = "interpreter") -> tuple[UUID, str]:
    """A link made by the doctor: its id and its token."""
    with open_session(clinic.doctor.context()) as session:
        visit = get_visit(session, viewer=clinic.doctor, visit_id=visit_id)
        made = invite_guest(session, visit=visit, kind=kind, by=clinic.doctor)
        return made.guest.id, made.token


def take(clinic: Clinic, token: str, browser: bytes = OURS) -> None:
    """A browser presses the button behind the link."""
    with open_session(clinic.practice.context("bedside_gate", actor_kind="anonymous")) as session:
        take_link(session, practice_id=clinic.practice.id, token=token, browser=browser)


def way_in(clinic: Clinic, token: str, browser: bytes | None = OURS) -> str | None:
    """The room that a link leads to; None before it was taken."""
    with open_session(clinic.practice.context("bedside_gate", actor_kind="anonymous")) as session:
        found = find_way_in(session, practice_id=clinic.practice.id, token=token, browser=browser)
        if found is None:
            return None
        return str(found.room.guest_url) if found.room else ""


def speak(clinic: Clinic, token: str, browser: bytes | None = OURS) -> None:
    """The page behind the link says that it is open."""
    with open_session(clinic.practice.context("bedside_gate", actor_kind="anonymous")) as session:
        note_guest(session, practice_id=clinic.practice.id, token=token, browser=browser)


def test_link_is_for_one_browser_while_it_is_there(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.work()
    guest_id, token = invite(clinic, visit_id)
    assert way_in(clinic, token) is None
    with pytest.raises(LinkElsewhere):
        speak(clinic, token, None)
    take(clinic, token)
    take(clinic, token)
    speak(clinic, token)
    room = way_in(clinic, token)
    assert room
    assert "roomKey" not in room
    for step in (take, way_in, speak):
        with pytest.raises(LinkElsewhere) as refusal:
            step(clinic, token, THEIRS)
        assert refusal.value.is_there
    clinic.go_to(clock.now() + timedelta(seconds=24))
    with pytest.raises(LinkElsewhere):
        take(clinic, token, THEIRS)
    clinic.act(clinic.doctor, revoke_guest, visit_id, guest_id=guest_id)
    clinic.act(clinic.doctor, revoke_guest, visit_id, guest_id=guest_id)
    with pytest.raises(LinkSpent) as spent:
        way_in(clinic, token)
    assert not spent.value.is_over
    [row] = clinic.rows("visit_guest", "visit_id = %s", visit_id)
    assert token.encode() not in bytes(row["token_hash"])


def test_link_follows_when_its_browser_is_silent(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.work()
    guest_id, token = invite(clinic, visit_id)
    take(clinic, token, THEIRS)
    with pytest.raises(LinkElsewhere) as refusal:
        way_in(clinic, token)
    assert not refusal.value.is_there, "it pressed, and never spoke"
    take(clinic, token)
    assert way_in(clinic, token)
    speak(clinic, token)
    clinic.go_to(clock.now() + timedelta(seconds=25))
    take(clinic, token, THEIRS)
    speak(clinic, token, THEIRS)
    for step in (way_in, speak):
        with pytest.raises(LinkElsewhere):
            step(clinic, token)
    told = "select e.action from audit.event e where e.target_id = %s and e.kind = 'act'"
    log = [one["action"] for one in clinic.sql(told, guest_id)]
    assert (log.count("visit.guest_came"), log.count("visit.guest_moved")) == (1, 2)


def test_link_ends_with_the_visit_with_time_and_is_no_guess(clinic: Clinic) -> None:
    visit_id = clinic.open()
    _, first = invite(clinic, visit_id)
    _, second = invite(clinic, visit_id, "family")
    with pytest.raises(TooMany):
        invite(clinic, visit_id)
    for unknown in ("x" * 43, "", first[:-1], second + "a"):
        with pytest.raises(LinkSpent):
            take(clinic, unknown)
    clinic.go_to(clock.now() + timedelta(hours=5))
    with pytest.raises(LinkSpent):
        take(clinic, first)
    _, third = invite(clinic, visit_id)
    clinic.act(clinic.doctor, step_in, visit_id)
    clinic.act(clinic.doctor, begin, visit_id)
    clinic.act(clinic.doctor, end_visit, visit_id)
    with pytest.raises(LinkSpent) as spent:
        take(clinic, third)
    assert spent.value.is_over
    with pytest.raises(Over):
        invite(clinic, visit_id)


def test_no_more_guests_than_places_also_at_once(app: Flask, clinic: Clinic) -> None:
    visit_id = clinic.open()
    together = Barrier(8)

    def press(_: int) -> bool:
        with app.app_context():
            together.wait()
            try:
                invite(clinic, visit_id)
            except TooMany:
                return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(press, range(8))) == MOST_GUESTS


def test_gate_sees_the_room_of_an_invited_guest_only(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.work()
    gate = clinic.practice.context("bedside_gate", actor_kind="anonymous")
    statement = "select count(*) from video_room"
    with open_session(gate) as session:
        assert session.connection().exec_driver_sql(statement).scalar_one() == 0
        with pytest.raises(ProgrammingError, match="permission denied"):
            session.connection().exec_driver_sql("select count(*) from video_room_host")
    guest_id, _ = invite(clinic, visit_id)
    with open_session(gate) as session:
        assert session.connection().exec_driver_sql(statement).scalar_one() == 1
    clinic.act(clinic.doctor, revoke_guest, visit_id, guest_id=guest_id)
    with open_session(gate) as session:
        assert session.connection().exec_driver_sql(statement).scalar_one() == 0


def test_line_reaches_the_patient_and_is_sealed(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.act(clinic.doctor, say_to_waiting, visit_id, words="  Five minutes,\n please. ")
    with open_session(clinic.viewer.context()) as session:
        visit = get_visit(session, viewer=clinic.viewer, visit_id=visit_id)
        said = last_words(session, visit=visit, by=clinic.viewer)
        assert said is not None
        assert said.words == "Five minutes, please."
    [row] = clinic.rows("visit_word", "visit_id = %s", visit_id)
    assert b"Five" not in bytes(row["words_ct"])
    for nothing in ("  ", "x" * 241):
        with pytest.raises(NothingSaid):
            clinic.act(clinic.doctor, say_to_waiting, visit_id, words=nothing)


def host_url(clinic: Clinic, visit_id: UUID, viewer: Principal) -> str | None:
    """What somebody is given when they ask for the host's address."""
    with open_session(viewer.context()) as session:
        visit = get_visit(session, viewer=viewer, visit_id=visit_id)
        room = find_guest_room(session, viewer=viewer, visit=visit)
        assert room is not None
        return find_host_url(session, viewer=viewer, room=room)


def test_hosts_address_is_its_practitioners_alone(clinic: Clinic, cast: Cast) -> None:
    visit_id = clinic.open()
    clinic.work()
    assert "roomKey=" in (host_url(clinic, visit_id, clinic.doctor) or "")
    # A colleague: the same rights, another person.
    clinic.sql("alter table practitioner_role disable trigger user")
    clinic.sql("update practitioner_role set account_id = null")
    colleague = clinic.doctor
    assert host_url(clinic, visit_id, colleague) is None
    with open_session(colleague.context()) as session, pytest.raises(NotFound):
        access_held_visit(session, viewer=colleague, visit_id=visit_id)
    with pytest.raises(NotFound):
        clinic.act(colleague, say_to_waiting, visit_id, words="Hello")
    with open_session(colleague.context()) as session:
        found = session.connection().exec_driver_sql("select count(*) from video_room_host")
        assert found.scalar_one() == 0
    other = cast.ironbound.staff["maya"].acting(Role.PHYSICIAN)
    with open_session(other.context()) as session:
        with pytest.raises(NotFound):
            access_held_visit(session, viewer=other, visit_id=visit_id)
        day = clinic.visit(visit_id)["starts_at"]
        assert list_waiting(session, viewer=other, first=day, until=day) == []


def test_running_late_moves_every_estimate_and_tells_who_comes_next(clinic: Clinic) -> None:
    later = clinic.book(1)
    visit_id = clinic.open()
    assert clinic.late(20) == 2
    clinic.late(20)
    assert clinic.visit(visit_id)["late_minutes"] == 20
    mails = clinic.rows("dispatch", "template = 'visit_late'")
    assert {str(mail["about_id"]) for mail in mails} == {
        str(later), str(clinic.visit(visit_id)["appointment_id"])
    }  # fmt: skip
    assert len(mails) == 2
    clinic.go_to(clinic.begins_at(later) - timedelta(minutes=20))
    clinic.run("watch_visits")
    [opened] = clinic.rows("visit", "appointment_id = %s", later)
    assert opened["late_minutes"] == 20
    assert clinic.late(0) == 0
    assert {row["late_minutes"] for row in clinic.rows("visit", "true")} == {0}
    assert clinic.late(999) == 2
    assert clinic.visit(opened["id"])["late_minutes"] == 180


def test_patient_and_reception_can_neither_invite_nor_speak(clinic: Clinic) -> None:
    visit_id = clinic.open()
    reception = clinic.practice.staff["rosa"].acting(Role.RECEPTIONIST)
    for by in (clinic.viewer, reception):
        with pytest.raises(NotFound):
            clinic.act(by, invite_guest, visit_id, kind="family")
        with pytest.raises(NotFound):
            clinic.act(by, say_to_waiting, visit_id, words="Hello")
