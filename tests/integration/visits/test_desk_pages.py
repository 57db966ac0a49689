"""The practitioner's pages: who may open them, what they show, and that no press ends a call."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from shared.visits.attending import begin, end_visit, step_in
from shared.visits.presence import note_presence
from tests.browsing import Browser, signed_in, stranger
from tests.integration.visits.conftest import Clinic
from tests.people import Cast

HTMX = {"HX-Request": "true"}


@pytest.fixture
def here(clinic: Clinic) -> UUID:
    """A visit whose patient waits and whose room is ready."""
    visit_id = clinic.open()
    clinic.work()
    clinic.arrive(visit_id)
    clinic.act(clinic.viewer, note_presence, visit_id, side="patient", place="waiting")
    return visit_id


@pytest.fixture
def desk(app: Flask, clinic: Clinic, here: UUID) -> Browser:
    """Dr. Ellison at her desk, signed in at the visit's hour."""
    return at_desk(app, clinic)


def at_desk(app: Flask, clinic: Clinic) -> Browser:
    """The doctor's browser; a session begins at the clock's present hour."""
    app.config["SETTINGS"] = clinic.settings
    return signed_in(app, clinic.practice, clinic.practice.staff["maya"])


def press(desk: Browser, visit_id: UUID, what: str, **fields: object) -> Any:
    """Press something on the visit's page, as htmx does."""
    page = f"/admin/visits/{visit_id}"
    hidden = desk.hidden("/admin/security")
    return desk.client.post(
        f"{page}/{what}", base_url=desk.base, data={**hidden, **fields}, headers=HTMX
    )


def test_waiting_list_says_who_since_when_and_how_far(
    app: Flask, desk: Browser, clinic: Clinic, here: UUID, cast: Cast
) -> None:
    told = desk.get("/admin/visits").text
    assert "Waiting" in told
    assert "Checked in at" in told
    assert "in Florida" in told
    assert "Video ready" in told
    assert f"/admin/visits/{here}" in told
    assert f"/admin/visits/{here}" in desk.get("/admin/").text
    rosa = signed_in(app, clinic.practice, clinic.practice.staff["rosa"])
    shown = rosa.get("/admin/visits")
    assert shown.status_code == 200
    assert "Ana" in shown.text
    assert f"/admin/visits/{here}" not in shown.text
    jun = signed_in(app, cast.ironbound, cast.ironbound.staff["jun"])
    assert "Nobody waits" in jun.get("/admin/visits").text


def test_nobody_but_its_practitioner_holds_a_visit(
    app: Flask, desk: Browser, clinic: Clinic, here: UUID, cast: Cast
) -> None:
    clinic.act(clinic.doctor, step_in, here)
    strangers = {
        "rosa": signed_in(app, clinic.practice, clinic.practice.staff["rosa"]),
        "the same doctor elsewhere": signed_in(app, cast.ironbound, cast.ironbound.staff["maya"]),
        "nobody": stranger(app, clinic.practice),
        "the patient": signed_in(app, clinic.practice, clinic.patient),
    }
    for name, browser in strangers.items():
        answer = browser.get(f"/admin/visits/{here}")
        assert answer.status_code in {302, 303, 403, 404}, name
        assert "roomKey" not in answer.text, name
        for what in ("start", "end", "no-show", "beat", "late", "words", "guests", "phone"):
            sent = browser.post(f"/admin/visits/{here}/{what}", printed_on="/portal/sign-in")
            assert sent.status_code in {303, 400, 403, 404}, (name, what)
    assert clinic.visit(here)["status"] == "practitioner_joined"
    # A colleague of the same practice, with the same rights.
    clinic.sql("alter table practitioner_role disable trigger user")
    clinic.sql("update practitioner_role set account_id = null")
    for path in ("", "/standing", "/phone", "/licence", "/elsewhere"):
        assert desk.get(f"/admin/visits/{here}{path}").status_code == 404
    assert press(desk, here, "end").status_code == 404


def test_hosts_address_is_on_the_practitioners_page_and_nowhere_else(
    app: Flask, desk: Browser, clinic: Clinic, here: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    before = desk.get(f"/admin/visits/{here}")
    assert "roomKey" not in before.text
    assert "frame-src" not in before.headers["Content-Security-Policy"]
    assert press(desk, here, "start").status_code == 200
    page = desk.get(f"/admin/visits/{here}")
    [found] = re.findall(r"roomKey=([\w-]+)", page.text)
    origin = clinic.settings.whereby_origin
    assert f"frame-src {origin}" in page.headers["Content-Security-Policy"]
    assert f'camera=(self "{origin}")' in page.headers["Permissions-Policy"]
    assert "no-store" in page.headers["Cache-Control"]
    patient = signed_in(app, clinic.practice, clinic.patient)
    appointment = clinic.visit(here)["appointment_id"]
    places = [
        desk.get("/admin/visits"), desk.get("/admin/"), desk.get(f"/admin/schedule/{appointment}"),
        press(desk, here, "beat", place="call"), patient.get(f"/portal/appointments/{appointment}"),
        patient.get("/portal/looks"),
    ]  # fmt: skip
    assert all(found not in answer.text for answer in places)
    assert found not in caplog.text
    images = clinic.sql("select event::text as told from audit.event")
    assert images
    assert all(found not in one["told"] for one in images)


def test_start_call_and_end_with_two_windows(desk: Browser, clinic: Clinic, here: UUID) -> None:
    assert "is waiting" in unescape(desk.get(f"/admin/visits/{here}").text)
    press(desk, here, "start")
    first, second = (
        re.findall(r'name="page" value="([\w-]+)"', desk.get(f"/admin/visits/{here}").text)[0]
        for _ in range(2)
    )
    room = clinic.rooms(here)[0]["id"]
    beat = f"beat?room={room}"
    clinic.act(clinic.viewer, note_presence, here, side="patient", place="call")
    told = press(desk, here, beat, place="call", page=second, heard="joined.1200")
    assert "You are connected" in told.text
    assert "HX-Redirect" not in told.headers
    old = press(desk, here, beat, place="call", page=first)
    assert old.headers["HX-Redirect"].endswith("/elsewhere")
    assert clinic.visit(here)["status"] == "in_progress"
    assert "This room is gone" in press(desk, here, "beat?room=x", page=second).text
    ended = press(desk, here, "end")
    assert ended.headers["HX-Redirect"].endswith(f"/admin/visits/{here}")
    press(desk, here, "end")
    after = press(desk, here, beat, place="call", page=second)
    assert after.headers["HX-Redirect"].endswith(f"/admin/visits/{here}")
    assert clinic.visit(here)["status"] == "ended"
    clinic.work()
    assert "the vendor confirmed it" in desk.get(f"/admin/visits/{here}").text
    assert len(clinic.rows("visit_signal", "side = 'practitioner'")) == 1


def test_what_is_beside_the_call_answers_with_its_own_part(
    app: Flask, desk: Browser, clinic: Clinic, here: UUID
) -> None:
    late = press(desk, here, "late", minutes=15)
    assert "1 patient is told." in late.text
    assert "<html" not in late.text
    assert clinic.visit(here)["late_minutes"] == 15
    assert "on time" in press(desk, here, "late", minutes="1e9").text
    said = press(desk, here, "words", words="<b>Soon</b>")
    assert "&lt;b&gt;Soon&lt;/b&gt;" in said.text
    assert "1 to 240" in press(desk, here, "words", words=" ").text
    made = press(desk, here, "guests", kind="interpreter")
    [link] = re.findall(r'value="(http[^"]+/guest/[\w-]+)"', made.text)
    path = link.partition(clinic.practice.host)[2]
    path = path[path.index("/") :]
    guest, other = stranger(app, clinic.practice), stranger(app, clinic.practice)
    clinic.act(clinic.doctor, step_in, here)
    assert "Join the visit" in guest.get(path).text
    assert guest.post(path, printed_on=path).status_code == 303
    shown = guest.get(path)
    assert "<iframe" in shown.text
    assert "roomKey" not in shown.text
    assert "Ana" not in shown.text
    assert "opened on another device" in other.get(path).text
    [row] = clinic.rows("visit_guest", "true")
    assert "Taken back" in press(desk, here, f"guests/{row['id']}/end").text
    assert guest.get(path).status_code == 410


def test_without_htmx_each_press_leads_back_to_the_page(
    desk: Browser, clinic: Clinic, here: UUID
) -> None:
    page = f"/admin/visits/{here}"
    for what, fields in (
        ("late", {"minutes": 10}), ("words", {"words": "Soon"}), ("start", {}),
    ):  # fmt: skip
        sent = desk.post(f"{page}/{what}", fields, printed_on="/admin/security")
        assert sent.headers["Location"] == page
    made = desk.post(f"{page}/guests", {"kind": "family"}, printed_on="/admin/security")
    assert "shown this once" in made.text


def test_absence_is_written_down_by_a_person_and_not_too_early(app: Flask, clinic: Clinic) -> None:
    visit_id = clinic.open()
    desk = at_desk(app, clinic)
    page = f"/admin/visits/{visit_id}"
    assert "write that down from" in desk.get(page).text
    press(desk, visit_id, "no-show")
    assert clinic.visit(visit_id)["status"] != "no_show"
    clinic.go_to(clinic.visit(visit_id)["starts_at"] + timedelta(minutes=16))
    desk = at_desk(app, clinic)
    assert "visit-absent" in desk.get(f"{page}/standing").text
    press(desk, visit_id, "no-show")
    press(desk, visit_id, "no-show")
    assert clinic.visit(visit_id)["status"] == "no_show"
    assert "did not come" in desk.get(page).text


def test_phone_shows_the_number_large_and_refuses_a_wrong_one(
    desk: Browser, clinic: Clinic, here: UUID
) -> None:
    page = f"/admin/visits/{here}"
    assert desk.get(f"{page}/phone").status_code == 200
    wrong = press(desk, here, "phone", number="12", reason="no_picture")
    assert wrong.status_code == 422
    press(desk, here, "phone", number="(561) 555-0132", reason="no_picture")
    row = clinic.visit(here)
    assert (row["status"], row["conversion_reason"]) == ("converted_to_phone", "no_picture")
    shown = desk.get(page).text
    assert 'href="tel:+15615550132"' in shown
    assert "<iframe" not in shown
    press(desk, here, "end")
    assert clinic.visit(here)["status"] in {"ended", "torn_down"}


def test_override_needs_a_reason_and_opens_the_check_in(app: Flask, clinic: Clinic) -> None:
    visit_id = clinic.open()
    desk = at_desk(app, clinic)
    assert press(desk, visit_id, "licence", reason="ok").status_code == 422
    sent = press(desk, visit_id, "licence", reason="Crossed the border on the way home.")
    assert sent.headers["HX-Redirect"].endswith(str(visit_id))
    clinic.arrive(visit_id, state="TX")
    assert "You let this visit go on" in desk.get(f"/admin/visits/{visit_id}").text


def test_poll_does_not_keep_a_session_alive_and_leads_into_the_call(
    desk: Browser, clinic: Clinic, here: UUID
) -> None:
    path = f"/admin/visits/{here}/standing?poll=1"
    assert "is waiting" in desk.get(path).text
    clinic.act(clinic.doctor, step_in, here)
    assert desk.get(path, headers=HTMX).headers["HX-Redirect"].endswith(str(here))
    clinic.act(clinic.doctor, begin, here)
    clinic.act(clinic.doctor, end_visit, here)
