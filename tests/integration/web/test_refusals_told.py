"""Whoever tries doors that are not theirs leaves a line: which door, which session, no names."""

from flask import Flask
from structlog.testing import capture_logs
from structlog.typing import EventDict

from tests.browsing import Browser, signed_in, stranger
from tests.people import Cast


def refusals(lines: list[EventDict]) -> list[tuple[int, str, str]]:
    return [
        (line["status"], line["endpoint"], line["actor_kind"])
        for line in lines
        if line["event"] == "access.refused"
    ]


def test_a_role_without_the_capability_is_told(app: Flask, cast: Cast) -> None:
    rosa = signed_in(app, cast.seagrape, cast.seagrape.staff["rosa"])
    with capture_logs() as lines:
        assert rosa.get("/admin/staff").status_code == 403
    assert refusals(lines) == [(403, "admin.staff_index", "receptionist")]
    assert next(line for line in lines if line["event"] == "access.refused")["session_id"]


def test_somebody_elses_record_is_told_without_naming_it(app: Flask, cast: Cast) -> None:
    maya = signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])
    cleo = cast.ironbound.patients["cleo"]
    with capture_logs() as lines:
        assert maya.get(f"/admin/patients/{cleo.id}").status_code == 404
    ((status, endpoint, _),) = refusals(lines)
    assert (status, endpoint) == (404, "admin.patients_show")
    assert str(cleo.id) not in str(lines)


def test_a_form_without_its_token_is_told(app: Flask, cast: Cast) -> None:
    ana = signed_in(app, cast.seagrape, cast.seagrape.patients["ana"])
    with capture_logs() as lines:
        assert ana.post("/portal/sign-out").status_code == 400
    assert refusals(lines) == [(400, "portal.session_destroy", "patient")]


def test_an_address_that_leads_nowhere_is_no_attempt(app: Flask, cast: Cast) -> None:
    browsers: tuple[Browser, ...] = (
        stranger(app, cast.seagrape),
        signed_in(app, cast.seagrape, cast.seagrape.patients["ana"]),
    )
    for browser in browsers:
        with capture_logs() as lines:
            assert browser.get("/portal/nothing-here").status_code == 404
        assert refusals(lines) == []
