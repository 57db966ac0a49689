"""The patient's pages of the call: the frame and its policy, beats, two windows, the phone."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import httpx
import pytest
from flask import Flask

from shared import clock
from shared.ids import new_id
from shared.visits.attending import begin, end_visit, step_in
from tests.browsing import Browser, signed_in
from tests.integration.visits.conftest import Clinic
from tests.integration.visits.steps import room

HTMX = {"HX-Request": "true"}


class Call:
    """Ana's open page, and what it says."""

    def __init__(self, app: Flask, clinic: Clinic) -> None:
        self.clinic = clinic
        self.visit_id = clinic.open()
        clinic.work()
        clinic.arrive(self.visit_id)
        self.id = clinic.visit(self.visit_id)["appointment_id"]
        self.browser: Browser = signed_in(app, clinic.practice, clinic.patient)

    def beat(self, page: UUID | None = None, *, at: str = "", **told: str) -> Any:
        """What htmx sends; a page in the call says how often it knocked."""
        fields = self.browser.hidden("/portal/appointments")
        fields |= {"page": str(page or new_id()), "place": "waiting", **told}
        return self.browser.client.post(
            at or room(self.id, "/beat"), base_url=self.browser.base, data=fields, headers=HTMX
        )

    def doctor_comes(self) -> None:
        """The practitioner opens the visit's page."""
        self.clinic.act(self.clinic.doctor, step_in, self.visit_id)


@pytest.fixture
def call(app: Flask, clinic: Clinic) -> Call:
    """Checked in, with a room, ten minutes before."""
    return Call(app, clinic)


def test_frame_comes_with_the_doctor_and_its_policy_with_the_frame(
    call: Call, clinic: Clinic
) -> None:
    waiting = call.browser.get(room(call.id, "/waiting"))
    origin = clinic.settings.whereby_origin
    assert origin not in waiting.text + str(waiting.headers)
    assert "iframe" not in waiting.text
    assert "You are next." in call.beat().text
    call.doctor_comes()
    assert call.beat().headers["HX-Redirect"] == room(call.id)
    assert call.browser.get(room(call.id)).location == room(call.id, "/call")
    page = call.browser.get(room(call.id, "/call"))
    features = page.headers["Permissions-Policy"]
    assert f"frame-src {origin};" in page.headers["Content-Security-Policy"] + ";"
    assert f'camera=(self "{origin}")' in features
    assert "geolocation=()" in features
    assert f"camera {origin}; " in page.text
    assert f"externalId={call.visit_id}" in page.text
    assert clinic.patient.given_name not in page.text.partition("<iframe")[2].partition(">")[0]
    assert "data-idle-seconds" not in page.text


def test_policy_is_strict_everywhere_else(call: Call) -> None:
    call.doctor_comes()
    paths = ["/portal/", f"/portal/appointments/{call.id}", room(call.id, "/phone/new")]
    for path in [*paths, "/portal/consents", room(call.id, "/where")]:
        page = call.browser.get(path)
        assert "frame-src" not in page.headers["Content-Security-Policy"], path
        assert "camera=()" in page.headers["Permissions-Policy"], path
    check = call.browser.get(room(call.id, "/check"))
    assert "camera=(self)," in check.headers["Permissions-Policy"]
    assert "frame-src" not in check.headers["Content-Security-Policy"]


def test_host_address_never_reaches_the_patient(call: Call, clinic: Clinic) -> None:
    call.doctor_comes()
    [key] = {one["hostRoomUrl"].partition("roomKey=")[2] for one in _at_vendor(clinic)}
    seen = [
        call.browser.get(room(call.id, page)).text
        for page in ("", "/call", "/check", "/where", "/phone/new", "/elsewhere")
    ]
    seen += [call.beat(place="call", knocks="0").text, str(clinic.sql("select * from audit.event"))]
    assert len(key) > 20
    assert all(key not in text and "roomKey" not in text for text in seen)


def _at_vendor(clinic: Clinic) -> list[dict[str, Any]]:
    answer = httpx.get(
        f"{clinic.settings.whereby_api_base}/meetings",
        params={"fields": "hostRoomUrl"},
        headers={"Authorization": f"Bearer {clinic.settings.whereby_api_key}"},
        trust_env=False,
    )
    return list(answer.json()["results"])


def test_beats_carry_the_call_and_lead_to_its_end(call: Call, clinic: Clinic) -> None:
    call.doctor_comes()
    told = call.beat(place="call", knocks="1", heard="joined.2100 nonsense first_picture.4000")
    assert "comes in a moment" in told.text
    assert [one["kind"] for one in clinic.rows("visit_signal", "true")] == [
        "joined", "first_picture",
    ]  # fmt: skip
    assert "Trouble? Continue by phone" in told.text
    twice = call.beat(place="call", knocks="2").text
    assert "why=not_let_in" in twice
    old = UUID(int=new_id().int - (100_000 << 80))
    clinic.go_to(clock.now() + timedelta(seconds=30))
    assert "why=alone" in call.beat(old, place="call", knocks="0").text
    clinic.act(clinic.doctor, begin, call.visit_id)
    clinic.act(clinic.doctor, end_visit, call.visit_id)
    assert call.beat(place="call", knocks="0").headers["HX-Redirect"] == room(call.id)
    after = call.browser.get(room(call.id)).text
    assert "What happens next" in after
    assert call.browser.get(room(call.id, "/call")).location == room(call.id)


def test_older_window_steps_aside(call: Call) -> None:
    call.doctor_comes()
    older, newer = sorted([new_id(), new_id()])
    assert call.beat(older, place="call", knocks="0").status_code == 200
    assert call.beat(newer, place="call", knocks="0").status_code == 200
    aside = call.beat(older, place="call", knocks="0")
    assert aside.headers["HX-Redirect"] == room(call.id, "/elsewhere")
    assert "Use this one" in call.browser.get(room(call.id, "/elsewhere")).text


def test_page_in_a_room_that_is_gone_is_led_to_the_next(call: Call, clinic: Clinic) -> None:
    call.doctor_comes()
    page = call.browser.get(room(call.id, "/call")).text
    found = re.search(r'hx-post="([^"]+)"', page)
    assert found
    assert "HX-Redirect" not in call.beat(at=unescape(found[1]), knocks="0").headers
    clinic.run("ask_vendor")
    [old] = clinic.rooms(call.visit_id)
    clinic.delete_at_vendor(old["meeting_id"])
    clinic.run("ask_vendor")
    clinic.work()
    led = call.beat(at=unescape(found[1]), knocks="0")
    assert led.headers["HX-Redirect"] == room(call.id)
    fresh = call.browser.get(room(call.id, "/call")).text
    assert old["name"] not in fresh
    assert clinic.rooms(call.visit_id)[-1]["name"] in fresh


def test_page_without_scripts_is_led_back_to_the_visit(call: Call) -> None:
    done = call.browser.post(
        room(call.id, "/beat"), {"place": "waiting"}, printed_on=room(call.id, "/waiting")
    )
    assert (done.status_code, done.location) == (303, room(call.id))


def test_visit_goes_on_by_phone(call: Call, clinic: Clinic) -> None:
    form = room(call.id, "/phone/new") + "?why=not_let_in"
    assert "Continue by phone" in call.browser.get(form).text
    fields = {"number": "12", "reason": "not_let_in", "version": "2026-11"}
    wrong = call.browser.post(room(call.id, "/phone"), dict(fields), printed_on=form)
    assert (wrong.status_code, 'value="12"' in wrong.text) == (422, True)
    fields["number"] = "561 555 0147"
    done = call.browser.post(room(call.id, "/phone"), dict(fields), printed_on=form)
    assert done.location == room(call.id, "/phone")
    assert "(561) 555-0147" in call.browser.get(done.location).text
    row = clinic.visit(call.visit_id)
    assert (row["modality"], row["conversion_reason"]) == ("phone", "not_let_in")
    assert [one["kind"] for one in clinic.rows("visit_signal", "true")] == ["converted"]
    shown = call.browser.get(f"/portal/appointments/{call.id}").text
    assert "By phone" in shown
    assert "By secure video" not in shown
    assert len(clinic.rows("consent", "kind = 'phone'")) == 1
    assert call.beat().headers["HX-Redirect"] == room(call.id)
    fields["number"] = "561 555 0148"
    call.browser.post(room(call.id, "/phone"), dict(fields), printed_on=form)
    assert "(561) 555-0148" in call.browser.get(room(call.id, "/phone")).text
    assert len(clinic.rows("visit_signal", "true")) == 1


BEGINNINGS = [
    ("full", (), ""),
    ("lower", ("lowData=on",), "smaller picture"),
    ("audio_only", ("lowData=on", "video=off"), "camera is off at first"),
    ("camera_absent", ("video=off",), "it is off at first"),
    ("camera_busy", ("video=off",), "it is off at first"),
    ("camera_denied", ("video=off",), "it is off at first"),
    ("microphone_absent", ("video=off", "audio=off"), "both are off at first"),
    ("no_sound", (), ""),
]


@pytest.mark.parametrize(("found", "asked", "said"), BEGINNINGS)
def test_call_begins_with_what_the_check_found_and_says_so(
    call: Call, found: str, asked: tuple[str, ...], said: str
) -> None:
    for reason in ("audio_only", found):
        kind = "check_passed" if reason in {"full", "lower"} else "check_failed"
        told = {"kind": kind, "reason": reason, "milliseconds": "9000"}
        call.browser.post(room(call.id, "/check"), dict(told), printed_on=room(call.id, "/check"))
    call.doctor_comes()
    page = call.browser.get(room(call.id, "/call")).text
    src = unescape(page.partition("<iframe")[2].partition('src="')[2].partition('"')[0])
    given = {part for part in src.partition("?")[2].split("&") if not part.startswith("d")}
    for parameter in ("lowData=on", "video=off", "audio=off"):
        assert (parameter in given) == (parameter in asked), parameter
    assert ("call-begins" in page) == bool(said)
    assert said in page
