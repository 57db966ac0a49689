"""The patient's pages before the call: early, where, consent, devices."""

from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from shared import clock
from shared.access.patients import access_patient
from shared.access.principal import Role
from shared.auth import limits
from shared.db import open_session
from shared.practices.editing import update_practice
from shared.visits.errors import NotThem
from tests.browsing import Browser, signed_in, stranger
from tests.integration.visits.conftest import Clinic
from tests.integration.visits.steps import check_in, room
from tests.people import Cast

UP = {"X-CSRFToken": "", "Content-Type": "application/octet-stream"}


def test_patient_checks_in_step_by_step_and_waits(
    clinic: Clinic, browser: Browser, due: object
) -> None:
    assert browser.get(room(due)).location == room(due, "/where")
    assert browser.get(room(due, "/waiting")).location == room(due, "/where")
    assert check_in(browser, due) == room(due, "/check")
    [visit] = clinic.rows("visit", "appointment_id = %s", due)
    assert (visit["location_state"], visit["checked_in_at"] is not None) == ("FL", True)
    assert "Try camera and sound" in browser.get(room(due, "/check")).text
    waiting = browser.get(room(due)).location
    assert waiting == room(due, "/waiting")
    page = browser.get(waiting).text
    assert "You are next." in page
    assert "in about 10 minutes" in page
    # Asked again, the consent that stands is enough.
    assert check_in(browser, due, "FL") == room(due, "/waiting")
    assert len(clinic.rows("consent", "kind = 'telehealth'")) == 1


def test_nothing_typed_is_lost_when_a_step_is_refused(browser: Browser, due: object) -> None:
    empty = browser.post(room(due, "/where"), {"state": ""}, printed_on=room(due, "/where"))
    assert (empty.status_code, "Choose the state you are in now." in empty.text) == (422, True)
    browser.post(room(due, "/where"), {"state": "FL"}, printed_on=room(due, "/where"))
    unticked = browser.post(
        room(due, "/consent"), {"version": "2026-11"}, printed_on=room(due, "/consent")
    )
    assert unticked.status_code == 422
    back = browser.get(room(due, "/where")).text
    assert '<option selected value="FL">' in back
    old = browser.post(
        room(due, "/consent"),
        {"version": "2019-01", "agree": "y"},
        printed_on=room(due, "/consent"),
    )
    assert old.location == room(due, "/consent")


def test_state_without_a_licence_is_refused_kindly_and_told(
    clinic: Clinic, browser: Browser, due: object
) -> None:
    answer = browser.post(room(due, "/where"), {"state": "TX"}, printed_on=room(due, "/where"))
    assert answer.status_code == 409
    for words in ("cannot see you in Texas", "Choose the state again", "911"):
        assert words in answer.text
    [visit] = clinic.rows("visit", "appointment_id = %s", due)
    assert visit["checked_in_at"] is None
    clinic.run("tell_of_unlicensed", visit_id=visit["id"], state="TX")
    assert len(clinic.rows("attention_item", "kind = 'visit_unlicensed'")) == 1
    assert check_in(browser, due) == room(due, "/check")


def ask_who(clinic: Clinic) -> None:
    """The practice wants to hear who came."""
    by = clinic.practice.staff["maya"].acting(Role.OWNER)
    with open_session(by.context()) as session:
        update_practice(session, values={"asks_identity": True}, by=by)


def test_practice_that_asks_hears_who_came_before_anything_else(
    app: Flask, clinic: Clinic, due: object
) -> None:
    ask_who(clinic)
    browser = signed_in(app, clinic.practice, clinic.patient)
    assert "Your date of birth" in browser.get(room(due, "/where")).text

    def say(born: str) -> TestResponse:
        fields: dict[str, object] = {"state": "FL", "birth_date": born}
        return browser.post(room(due, "/where"), fields, printed_on=room(due, "/where"))

    with open_session(clinic.viewer.context()) as session:
        patient = access_patient(session, viewer=clinic.viewer, patient_id=clinic.patient.id)
        born = patient.birth_date
    for wrong, words in (
        ("", "Enter your date of birth."),
        ("1/1/1900", "not the date we have"),
        ("canary'; drop table visit", "not the date we have"),
    ):
        refused = say(wrong)
        assert (refused.status_code, words in refused.text) == (422, True)
    assert browser.get(room(due)).location == room(due, "/where")
    [visit] = clinic.rows("visit", "appointment_id = %s", due)
    assert (visit["location_state"], visit["identity_confirmed_at"]) == (None, None)
    assert say(f"{born:%m/%d/%Y}").location == room(due, "/consent")
    browser.post(
        room(due, "/consent"),
        {"version": "2026-11", "agree": "y"},
        printed_on=room(due, "/consent"),
    )
    [visit] = clinic.rows("visit", "appointment_id = %s", due)
    assert None not in (visit["identity_confirmed_at"], visit["checked_in_at"])
    assert "Your date of birth" not in browser.get(room(due, "/where")).text
    refusals = clinic.sql(
        "select count(*) as n from audit.event where kind = 'act'"
        " and action = 'visit.identity_refused'"
    )
    assert refusals[0]["n"] == 2
    desk = signed_in(app, clinic.practice, clinic.practice.staff["maya"])
    assert "Said rightly at" in desk.get(f"/admin/visits/{visit['id']}").text


def test_who_came_is_not_guessed(
    app: Flask, clinic: Clinic, due: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_who(clinic)
    most = limits.IDENTITY_BY_ACCOUNT
    monkeypatch.setattr(limits, "IDENTITY_BY_ACCOUNT", limits.Limit(most.bucket, 1, most.window))
    browser = signed_in(app, clinic.practice, clinic.patient)
    fields: dict[str, object] = {"state": "FL", "birth_date": "1/1/1900"}
    told = [
        browser.post(room(due, "/where"), dict(fields), printed_on=room(due, "/where")).text
        for _ in range(2)
    ]
    assert "not the date we have" in told[0]
    assert "tried too often" in told[1]
    # The steps after it are not open either.
    assert browser.get(room(due, "/consent")).location == room(due, "/where")
    clinic.open_door(due)  # type: ignore[arg-type]  # the appointment's id
    [visit] = clinic.rows("visit", "appointment_id = %s", due)
    with pytest.raises(NotThem):
        clinic.arrive(visit["id"])


def test_door_is_closed_before_and_after(app: Flask, clinic: Clinic) -> None:
    appointment_id = clinic.book()
    begins = clinic.begins_at(appointment_id)
    clinic.go_to(begins - timedelta(minutes=61))
    browser = signed_in(app, clinic.practice, clinic.patient)
    assert "You are early" in browser.get(room(appointment_id)).text
    for page in ("/where", "/waiting", "/call", "/phone/new", "/consent"):
        assert browser.get(room(appointment_id, page)).location == room(appointment_id)
    assert clinic.rows("visit", "appointment_id = %s", appointment_id) == []
    clinic.go_to(begins + timedelta(hours=3))
    browser = signed_in(app, clinic.practice, clinic.patient)
    assert "The time of this visit is over" in browser.get(room(appointment_id)).text
    assert browser.post(
        room(appointment_id, "/where"), {"state": "FL"}, printed_on=room(appointment_id)
    ).location == room(appointment_id)


def test_visit_of_somebody_else_does_not_exist(
    app: Flask, clinic: Clinic, browser: Browser, due: object, cast: Cast
) -> None:
    check_in(browser, due)
    seagrape, ironbound = cast.seagrape, cast.ironbound
    other = next(one for name, one in seagrape.patients.items() if name != "ana")
    strangers = [
        signed_in(app, seagrape, other),
        signed_in(app, ironbound, next(iter(ironbound.patients.values()))),
    ]
    for other_one in strangers:
        for page in (
            "",
            "/where",
            "/consent",
            "/check",
            "/waiting",
            "/call",
            "/phone",
            "/phone/new",
        ):
            assert other_one.get(room(due, page)).status_code == 404, page
        fields = {"state": "FL", "page": "", "place": "call", "number": "5615550132"}
        for page in ("/where", "/consent", "/check", "/phone", "/departure", "/beat"):
            sent = other_one.post(room(due, page), dict(fields), printed_on="/portal/appointments")
            assert sent.status_code == 404, page
    assert "/portal/sign-in" in (stranger(app, seagrape).get(room(due)).location or "")
    [visit] = clinic.rows("visit", "appointment_id = %s", due)
    assert visit["status"] in {"room_ready", "patient_checked_in"}


def test_check_is_kept_by_code_and_browser(clinic: Clinic, browser: Browser, due: object) -> None:
    check_in(browser, due)
    told = {"kind": "check_failed", "reason": "camera_denied", "milliseconds": "8200"}
    done = browser.post(
        room(due, "/check"), dict(told, then="phone"), printed_on=room(due, "/check")
    )
    assert done.location == room(due, "/phone/new") + "?why=check_failed"
    odd = browser.post(
        room(due, "/check"), dict(told, reason="Ana's camera"), printed_on=room(due, "/check")
    )
    assert odd.location == room(due, "/waiting")
    browser.post(room(due, "/check"), dict(told, reason="skipped"), printed_on=room(due, "/check"))
    [signal] = clinic.rows("visit_signal", "kind like 'check%%'")
    assert (signal["reason"], signal["milliseconds"]) == ("camera_denied", 8200)


def test_line_gives_and_takes_one_piece(browser: Browser, due: object) -> None:
    token = browser.hidden(room(due, "/check"))["csrf_token"]
    got = browser.get("/portal/line")
    assert (len(got.data), got.headers["Cache-Control"]) == (131_072, "no-store")
    assert browser.get("/portal/line?small=1").data == b""
    for size, status in ((131_072, 204), (131_073, 413)):
        sent = browser.client.post(
            "/portal/line",
            base_url=browser.base,
            data=b"x" * size,
            headers=UP | {"X-CSRFToken": str(token)},
        )
        assert sent.status_code == status


def test_consent_can_be_read_and_taken_back(clinic: Clinic, browser: Browser, due: object) -> None:
    assert "agreed to nothing yet" in browser.get("/portal/consents").text
    check_in(browser, due)
    page = browser.get("/portal/consents").text
    assert "You agreed to visits by video or phone on" in page
    browser.post("/portal/consents/revocation", printed_on="/portal/consents")
    assert "You took your consent back" in browser.get("/portal/consents").text
    [given] = clinic.rows("consent", "kind = 'telehealth'")
    assert given["revoked_at"] is not None
    assert clock.now() >= given["signed_at"]
