"""The way in and out: a success is committed, of a failure only its looks, repeats act once."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Blueprint, Flask, abort
from sqlalchemy import text
from werkzeug.test import TestResponse

import wsgi
from shared import keyring
from shared.access.patients import access_patient
from shared.app import create_app, in_app
from shared.config import Settings
from shared.db import Context, db, open_session
from shared.events import act
from shared.models.patient import Patient
from shared.practices.keys import load_keys
from shared.web import health
from shared.web.answers import invalid, page, to
from shared.web.current import transaction, viewer
from shared.web.policy import RouteWithoutPolicy, requires
from tests.browsing import Browser, signed_in
from tests.keys import LocalKeys
from tests.people import Cast

bench = Blueprint("bench", __name__, url_prefix="/portal/bench")


def move(state: str) -> Patient:
    """The patient moves house: a read through a door and a logged write."""
    patient = access_patient(
        transaction(), viewer=viewer(), patient_id=viewer().patient_id or UUID(int=0)
    )
    patient.state = state
    act(transaction(), "patient.updated", target=patient, patient_id=patient.id)
    return patient


@bench.post("/move/<state>")
@requires("portal.home")
def move_create(state: str) -> Any:
    move(state)
    return to("portal.home_index")


@bench.post("/refused")
@requires("portal.home")
def refused_create() -> Any:
    move("GA")
    return invalid("errors/show.html", status=422, problem=None, request_id="", home="/")


@bench.post("/crash")
@requires("portal.home")
def crash_create() -> Any:
    move("GA")
    raise RuntimeError("of no interest to a patient")


@bench.post("/absent")
@requires("portal.home")
def absent_create() -> Any:
    move("GA")
    abort(404)


@pytest.fixture
def app(settings: Settings) -> Any:
    """The program with a bench of views for these tests."""
    app = create_app((*wsgi.BLUEPRINTS, bench), replace(settings))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    keyring.install(keyring.Keyring(LocalKeys(), in_app(app, load_keys)))
    with app.app_context():
        yield app
        db.engine.dispose()


@pytest.fixture
def ana(app: Flask, cast: Cast) -> Browser:
    """Ana, signed in."""
    return signed_in(app, cast.seagrape, cast.seagrape.patients["ana"])


def state_of(cast: Cast) -> str:
    """Where Ana's record says she lives."""
    ana = cast.seagrape.patients["ana"]
    with open_session(cast.seagrape.context()) as session:
        found = session.get_one(
            Patient, (ana.practice_id, ana.id), execution_options={"door": True}
        )
        return found.state


def events(cast: Cast, kind: str, action: str) -> int:
    """How many events of a kind and action the log holds."""
    with open_session(cast.seagrape.context("bedside_auditor")) as session:
        return (
            session.scalar(
                text("select count(*) from audit.event where kind = :kind and action = :action"),
                {"kind": kind, "action": action},
            )
            or 0
        )


def test_a_success_is_committed_before_the_answer(ana: Browser, cast: Cast) -> None:
    assert ana.post("/portal/bench/move/GA", printed_on="/portal/appointments").status_code == 303
    assert state_of(cast) == "GA"
    assert events(cast, "act", "patient.updated") == 1


@pytest.mark.parametrize(("path", "status"), [("refused", 422), ("crash", 500), ("absent", 404)])
def test_a_failure_changes_nothing_but_the_look_is_kept(
    ana: Browser, cast: Cast, path: str, status: int
) -> None:
    before = events(cast, "look", "patient.viewed")
    answer = ana.post(f"/portal/bench/{path}", printed_on="/portal/appointments")
    assert answer.status_code == status
    assert state_of(cast) == "FL"
    assert events(cast, "act", "patient.updated") == 0
    assert events(cast, "look", "patient.viewed") == before + 1
    assert "of no interest" not in answer.get_data(as_text=True)


def test_the_same_form_twice_acts_once(ana: Browser, cast: Cast) -> None:
    fields = ana.hidden("/portal/appointments")
    first = ana.post("/portal/bench/move/GA", fields)
    second = ana.post("/portal/bench/move/GA", fields)
    assert (first.status_code, first.headers["Location"]) == (
        second.status_code,
        second.headers["Location"],
    )
    assert events(cast, "act", "patient.updated") == 1


def test_the_same_form_sixteen_times_at_once_acts_once(
    app: Flask, ana: Browser, cast: Cast
) -> None:
    fields = ana.hidden("/portal/appointments")
    cookies = {
        name: cookie.value
        for name in ("bedside_portal", "bedside_portal_visit")
        if (cookie := ana.client.get_cookie(name, domain="localhost")) is not None
    }

    def press(_: int) -> TestResponse:
        client = app.test_client()
        for name, value in cookies.items():
            client.set_cookie(name, value, domain="localhost")
        return client.post("/portal/bench/move/GA", base_url=ana.base, data=fields)

    with ThreadPoolExecutor(16) as threads:
        statuses = [answer.status_code for answer in threads.map(press, range(16))]
    assert statuses == [303] * 16
    assert events(cast, "act", "patient.updated") == 1


def test_a_refused_form_leaves_its_key_unused(ana: Browser, cast: Cast) -> None:
    fields = ana.hidden("/portal/appointments")
    assert ana.post("/portal/bench/refused", fields).status_code == 422
    assert ana.post("/portal/bench/move/GA", fields).status_code == 303
    assert events(cast, "act", "patient.updated") == 1


def test_the_same_key_with_another_body_is_a_new_act(ana: Browser, cast: Cast) -> None:
    fields = ana.hidden("/portal/appointments")
    ana.post("/portal/bench/move/GA", {**fields, "note": "one"})
    ana.post("/portal/bench/move/GA", {**fields, "note": "two"})
    assert events(cast, "act", "patient.updated") == 2


def test_an_oversized_body_is_refused(ana: Browser) -> None:
    fields = ana.hidden("/portal/appointments")
    answer = ana.post("/portal/bench/move/GA", {**fields, "note": "x" * 1_100_000})
    assert answer.status_code == 413


def test_a_lost_database_connection_is_replaced(ana: Browser, cast: Cast, server: Any) -> None:
    with psycopg.connect(server.dsn_for(), autocommit=True) as admin:
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'bedside_web'"
        )
    assert ana.get("/portal/appointments").status_code == 200


def test_the_program_does_not_start_with_a_route_that_names_no_capability(
    settings: Settings,
) -> None:
    loose = Blueprint("loose", __name__)
    loose.add_url_rule("/loose", "show", lambda: page("errors/show.html"))
    with pytest.raises(RouteWithoutPolicy, match=r"loose\.show"):
        create_app((loose,), settings)


def test_readiness_says_what_is_missing(app: Flask) -> None:
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json() == {"database": True, "schema": True, "worker": False}
    with open_session(Context(None, "bedside_job", "test")) as session:
        session.execute(
            text("insert into worker_heartbeat (worker, task, seen_at) values ('w', 't', now())")
        )
    assert app.test_client().get("/readyz").status_code == 200


def test_readiness_is_asked_of_the_database_by_one_at_a_time(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for no place, so a crowd of strangers could take every connection with it."""
    asked, at_once, most = 0, 0, 0
    good = {"database": True, "schema": True, "worker": True}

    def check() -> dict[str, bool]:
        nonlocal asked, at_once, most
        asked, at_once = asked + 1, at_once + 1
        most = max(most, at_once)
        time.sleep(0.05)
        at_once -= 1
        return good if asked > 3 else good | {"worker": False}

    monkeypatch.setattr(health, "check_readiness", check)
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: app.test_client().get("/readyz"), range(32)))
    assert [one.status_code for one in answers].count(503) == 3
    assert (asked, most) == (4, 1)
    # Who is kept waiting for long is told that it is not ready, and holds no thread.
    monkeypatch.setattr(health, "ASK_WITHIN", 0.01)
    monkeypatch.setattr(health, "GOOD_FOR", 0.0)
    app.extensions["readiness"]._good_until = 0.0
    with app.extensions["readiness"]._asking:
        assert app.test_client().get("/readyz").status_code == 503
