"""Several steps of one visit at the same moment: the database settles it, and each counts once."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from shared import clock
from shared.access.errors import NotFound
from shared.access.visits import get_visit
from shared.db import open_session
from shared.visits.attending import end_visit, mark_no_show, step_in
from shared.visits.company import LinkElsewhere, TooMany, invite_guest, note_guest, take_link
from shared.visits.errors import NotCalled, Over
from shared.visits.licences import override_licence
from shared.visits.phone import convert_to_phone
from shared.visits.presence import note_presence
from shared.visits.states import MoveRefused
from tests.browsing import Browser, signed_in
from tests.integration.visits.conftest import Clinic
from tests.together import DONE, all_at_once

# Who comes first is the machine's affair; several rounds see several orders.
ROUNDS = pytest.mark.parametrize("turn", range(3))
STEPS = (
    "select e.action from audit.event e join audit.link l on l.event_id = e.id"
    " where e.kind = 'act' and e.target_id = %s and e.action not in"
    " ('visit.viewed', 'visit.signalled') order by l.seq"
)


def story(clinic: Clinic, target: UUID) -> list[str]:
    """What the log says was done about something, in the order of its chain."""
    return [row["action"] for row in clinic.sql(STEPS, target)]


@pytest.fixture
def call(clinic: Clinic) -> UUID:
    """A visit in progress: both pages say so."""
    visit_id = clinic.open()
    clinic.work()
    clinic.arrive(visit_id)
    clinic.act(clinic.doctor, step_in, visit_id)
    for step in beats(clinic, visit_id):
        step()
    assert clinic.visit(visit_id)["status"] == "in_progress"
    return visit_id


def beats(clinic: Clinic, visit_id: UUID) -> list[Callable[[], None]]:
    """Each page says that its person is in the room."""
    return [
        partial(clinic.act, by, note_presence, visit_id, side=side, place="call")
        for by, side in ((clinic.viewer, "patient"), (clinic.doctor, "practitioner"))
    ]


def is_torn_down(clinic: Clinic, visit_id: UUID) -> bool:
    """True once the vendor has no room any more, and the visit says so."""
    clinic.work()
    gone = all(room["status"] == "gone" for room in clinic.rooms(visit_id))
    return gone and clinic.at_vendor() == 0 and clinic.visit(visit_id)["torn_down_at"] is not None


@ROUNDS
def test_ended_stays_ended_whatever_else_comes_at_that_moment(
    app: Flask, clinic: Clinic, call: UUID, turn: int
) -> None:
    appointment = clinic.visit(call)["appointment_id"]
    end = partial(clinic.act, clinic.doctor, end_visit, call)
    join = partial(clinic.act, clinic.doctor, step_in, call)
    come = partial(clinic.arrive, call)
    watch = partial(clinic.run, "watch_visits")
    steps = [end, *beats(clinic, call), join, watch, end, come, *beats(clinic, call), watch]
    # Whoever begins last has the best chance of being last.
    told = all_at_once(app, steps[turn:] + steps[:turn], told=(Over,))
    assert told.count(DONE) >= 8
    done = story(clinic, call)
    assert done.count("visit.ended") == 1
    after = done[done.index("visit.ended") + 1 :]
    assert set(after) <= {"visit.torn_down"}
    for step in beats(clinic, call):
        step()
    assert clinic.visit(call)["status"] == "ended"
    assert is_torn_down(clinic, call)
    assert clinic.visit(call)["status"] == "torn_down"
    [encounter] = clinic.rows("encounter", "appointment_id = %s", appointment)
    assert story(clinic, encounter["id"]).count("encounter.ended") == 1
    assert story(clinic, appointment).count("appointment.fulfilled") == 1
    [room] = clinic.rooms(call)
    assert story(clinic, room["id"])[-2:] == ["room.closing", "room.gone"]


def test_end_pressed_many_times_while_both_pages_speak(
    app: Flask, clinic: Clinic, call: UUID
) -> None:
    app.config["SETTINGS"] = clinic.settings
    appointment = clinic.visit(call)["appointment_id"]
    desk = signed_in(app, clinic.practice, clinic.practice.staff["maya"])
    patient = signed_in(app, clinic.practice, clinic.patient)
    at = f"/admin/visits/{call}"
    ends = [sender(app, desk, f"{at}/end", "/admin/security")] * 4
    others = [
        sender(app, desk, f"{at}/beat", "/admin/security", place="call"),
        sender(
            app, patient, f"/portal/appointments/{appointment}/visit/beat",
            "/portal/appointments", place="call", knocks="0",
        ),
    ]  # fmt: skip
    told = all_at_once(app, [*ends, *others * 2])
    assert set(told) <= {"200", "303"}
    assert told[:4] == ["303"] * 4
    assert story(clinic, call).count("visit.ended") == 1
    assert is_torn_down(clinic, call)


def sender(
    app: Flask, browser: Browser, path: str, printed_on: str, **fields: str
) -> Callable[[], int]:
    """A press of a form from that browser, without its key, ready to be let go."""
    sent = {name: value for name, value in browser.hidden(printed_on).items() if "key" not in name}
    cookies = "; ".join(
        f"{name}={cookie.value}" for (_, _, name), cookie in (browser.client._cookies or {}).items()
    )

    def press() -> int:
        client = app.test_client(use_cookies=False)
        answer = client.post(
            path, base_url=browser.base, data=sent | fields, headers={"Cookie": cookies}
        )
        return answer.status_code

    return press


@ROUNDS
def test_going_on_by_phone_against_the_end(
    app: Flask, clinic: Clinic, call: UUID, turn: int
) -> None:
    end = partial(clinic.act, clinic.doctor, end_visit, call)
    asked = partial(
        clinic.act, clinic.viewer, convert_to_phone, call, reason="asked", number="5615550171"
    )
    sent = partial(
        clinic.act, clinic.doctor, convert_to_phone, call, reason="no_picture", number="5615550171"
    )
    steps = [end, asked, sent, end, asked]
    told = all_at_once(app, steps[turn:] + steps[:turn], told=(Over,))
    row, done = clinic.visit(call), story(clinic, call)
    assert done.count("visit.ended") == 1
    assert done.count("visit.converted") == 3 - told.count("Over")
    by_phone = "visit.converted" in done
    assert (row["modality"], row["phone_ct"] is not None) == (
        ("phone", True) if by_phone else ("video", False)
    )
    assert done[-1] == "visit.ended", "nobody goes on by phone after the end"
    assert len(clinic.rows("visit_signal", "kind = 'converted'")) == int(by_phone)
    assert is_torn_down(clinic, call)


@ROUNDS
def test_somebody_who_comes_at_that_moment_is_not_absent(
    app: Flask, clinic: Clinic, turn: int
) -> None:
    visit_id = clinic.open()
    clinic.work()
    clinic.go_to(clinic.visit(visit_id)["starts_at"] + timedelta(minutes=16))
    come = partial(clinic.arrive, visit_id)
    absent = partial(clinic.act, clinic.doctor, mark_no_show, visit_id)
    steps = [come, absent, absent, come]
    told = all_at_once(app, steps[turn:] + steps[:turn], told=(Over, NotCalled, MoveRefused))
    here = clinic.visit(visit_id)["checked_in_at"] is not None
    assert clinic.visit(visit_id)["status"] == ("patient_checked_in" if here else "no_show")
    done = story(clinic, visit_id)
    assert (done.count("visit.checked_in"), done.count("visit.no_show")) == (
        (1, 0) if here else (0, 1)
    )
    assert told.count("NotCalled" if here else "Over") == 2
    [booked] = clinic.rows("appointment", "id = %s", clinic.visit(visit_id)["appointment_id"])
    assert booked["status"] == ("checked-in" if here else "noshow")


def test_one_visit_and_one_room_of_many_who_open_the_door(app: Flask, clinic: Clinic) -> None:
    appointment_id = clinic.book()
    clinic.go_to(clinic.begins_at(appointment_id) - timedelta(minutes=10))
    knock = partial(clinic.open_door, appointment_id)
    all_at_once(app, [knock, partial(clinic.run, "watch_visits"), knock, knock])
    [visit] = clinic.rows("visit", "appointment_id = %s", appointment_id)
    assert story(clinic, visit["id"]).count("visit.opened") == 1
    assert len(clinic.rooms(visit["id"])) == 1
    assert clinic.work() == ["make_room"]


def test_doctor_comes_once_however_often_they_press(app: Flask, clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.work()
    clinic.arrive(visit_id)
    all_at_once(app, [partial(clinic.act, clinic.doctor, step_in, visit_id)] * 6)
    assert story(clinic, visit_id).count("visit.practitioner_joined") == 1
    assert len(clinic.rows("dispatch", "template = 'visit_ready'")) == 1


def test_links_and_reasons_asked_for_at_once_are_no_more_than_allowed(
    app: Flask, clinic: Clinic
) -> None:
    visit_id = clinic.open()
    invite = partial(clinic.act, clinic.doctor, invite_guest, visit_id, kind="family")
    assert sorted(all_at_once(app, [invite] * 6, told=(TooMany,))) == ["TooMany"] * 4 + [DONE] * 2
    reason = "Crossed the border on the way home."
    override = partial(clinic.act, clinic.doctor, override_licence, visit_id, reason=reason)
    assert all_at_once(app, [override] * 4) == [DONE] * 4
    assert len(clinic.rows("licence_override", "visit_id = %s", visit_id)) == 1


def test_one_browser_of_many_holds_the_guests_link(app: Flask, clinic: Clinic) -> None:
    visit_id = clinic.open()
    with open_session(clinic.doctor.context()) as session:
        visit = get_visit(session, viewer=clinic.doctor, visit_id=visit_id)
        token = invite_guest(session, visit=visit, kind="family", by=clinic.doctor).token
    gate = clinic.practice.context("bedside_gate", actor_kind="anonymous")

    def step(of: Any, number: int) -> None:
        with open_session(gate) as session:
            of(session, practice_id=clinic.practice.id, token=token, browser=bytes([number]) * 32)

    def press_and_speak(number: int) -> None:
        step(take_link, number)
        step(note_guest, number)

    steps = [partial(press_and_speak, number) for number in range(6)]
    told = all_at_once(app, steps, told=(LinkElsewhere, NotFound))
    assert told.count(DONE) == 1, "whoever speaks first keeps it"
    [guest] = clinic.rows("visit_guest", "visit_id = %s", visit_id)
    assert story(clinic, guest["id"]).count("visit.guest_came") == 1
    assert guest["opened_at"] <= clock.now()
    [there] = clinic.rows("visit_guest_presence", "true")
    assert there["guest_id"] == guest["id"]
    step(note_guest, guest["browser"][0])


def test_many_windows_agree_once(app: Flask, clinic: Clinic) -> None:
    visit_id = clinic.open()
    steps: list[Any] = [partial(clinic.arrive, visit_id)] * 5
    assert all_at_once(app, steps) == [DONE] * 5
    assert len(clinic.rows("consent", "kind = 'telehealth'")) == 1
    assert story(clinic, visit_id).count("visit.checked_in") == 1
