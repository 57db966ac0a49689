"""The vendor's notices: signed or refused, once each, never against what a page said later."""

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from shared import clock
from shared.jobs.registry import Job, load_tasks
from shared.visits.attending import step_in
from shared.visits.presence import note_presence
from tests.browsing import stranger
from tests.integration.visits.conftest import Clinic
from tests.people import Cast


def notice(clinic: Clinic, visit_id: Any, kind: str, **data: Any) -> dict[str, Any]:
    """A notice as the vendor sends it."""
    [room] = clinic.rooms(visit_id)
    at: datetime = data.pop("at", clock.now())
    told = {"meetingId": room["meeting_id"], "roomName": room["name"], "subdomain": "x", **data}
    return {
        "id": hashlib.sha256(json.dumps([kind, told, str(at)]).encode()).hexdigest(),
        "apiVersion": "1.0",
        "createdAt": at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "type": kind,
        "data": told,
    }


def deliver(
    app: Flask, cast: Cast, event: Any, *, secret: str = "whsec_whereby", host: str = "seagrape"
) -> TestResponse:
    """Knock at the door as the vendor does."""
    raw = json.dumps(event).encode()
    moment = int(clock.now().timestamp())
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + raw, hashlib.sha256).hexdigest()
    browser = stranger(app, getattr(cast, host))
    return browser.client.post(
        "/hooks/whereby",
        base_url=browser.base,
        data=raw,
        headers={"Whereby-Signature": f"t={moment},v1={digest}"},
    )


def apply_all(clinic: Clinic) -> list[str]:
    """Run the jobs of the inbox; what became of each notice."""
    for row in clinic.rows("inbox", "source = 'whereby' and status = 'received'"):
        job = Job("apply_inbox", clinic.practice.id, clinic.settings)
        load_tasks()["apply_inbox"].call(job, {"inbox_id": str(row["id"])})
    return [row["status"] for row in clinic.rows("inbox", "source = 'whereby'")]


@pytest.fixture
def meeting(clinic: Clinic) -> Any:
    """A visit whose patient waits and whose doctor came."""
    visit_id = clinic.open()
    clinic.work()
    clinic.arrive(visit_id)
    clinic.act(clinic.doctor, step_in, visit_id)
    return visit_id


def test_notices_alone_begin_and_drop_a_visit(
    app: Flask, cast: Cast, clinic: Clinic, meeting: Any
) -> None:
    joined, left = "room.client.joined", "room.client.left"
    patient = {"externalId": str(meeting), "roleName": "granted_visitor"}
    for event in (
        notice(clinic, meeting, joined, roleName="host", externalId="host"),
        notice(clinic, meeting, joined, **patient),
        notice(clinic, meeting, "room.session.started"),
    ):
        assert deliver(app, cast, event, host="ironbound").status_code == 200
        assert deliver(app, cast, event).status_code == 200
    assert apply_all(clinic) == ["applied", "applied", "ignored"]
    assert clinic.visit(meeting)["status"] == "in_progress"
    later = clock.now() + timedelta(seconds=2)
    deliver(app, cast, notice(clinic, meeting, left, at=later, **patient))
    apply_all(clinic)
    assert clinic.visit(meeting)["status"] == "dropped"


def test_late_notice_does_not_undo_what_a_page_said(
    app: Flask, cast: Cast, clinic: Clinic, meeting: Any
) -> None:
    clinic.act(clinic.doctor, note_presence, meeting, side="practitioner", place="call")
    clinic.act(clinic.viewer, note_presence, meeting, side="patient", place="call")
    before = clock.now() - timedelta(seconds=30)
    stale = notice(clinic, meeting, "room.client.left", roleName="host", at=before)
    deliver(app, cast, stale)
    apply_all(clinic)
    assert clinic.visit(meeting)["status"] == "in_progress"


def test_vendors_clock_that_runs_ahead_keeps_nobody_in_the_room(
    app: Flask, cast: Cast, clinic: Clinic, meeting: Any
) -> None:
    ahead = clock.now() + timedelta(minutes=4)
    patient = {"externalId": str(meeting), "roleName": "granted_visitor"}
    deliver(app, cast, notice(clinic, meeting, "room.client.joined", roleName="host", at=ahead))
    deliver(app, cast, notice(clinic, meeting, "room.client.joined", at=ahead, **patient))
    apply_all(clinic)
    assert clinic.visit(meeting)["status"] == "in_progress"
    clinic.go_to(clock.now() + timedelta(seconds=30))
    clinic.run("watch_visits")
    assert clinic.visit(meeting)["status"] == "dropped"


def test_somebody_else_in_the_room_is_neither_side(
    app: Flask, cast: Cast, clinic: Clinic, meeting: Any
) -> None:
    clinic.act(clinic.doctor, note_presence, meeting, side="practitioner", place="call")
    guest = {"externalId": "interpreter-1", "roleName": "granted_visitor"}
    deliver(app, cast, notice(clinic, meeting, "room.client.joined", **guest))
    apply_all(clinic)
    assert clinic.visit(meeting)["status"] == "practitioner_joined"


@pytest.mark.parametrize("body", [{"id": "x"}, [], "text", {"id": 1, "type": "a", "data": {}}])
def test_what_is_no_notice_is_refused(app: Flask, cast: Cast, clinic: Clinic, body: Any) -> None:
    assert deliver(app, cast, body).status_code == 400
    assert clinic.rows("inbox", "source = 'whereby'") == []


def test_forged_notice_is_refused(app: Flask, cast: Cast, clinic: Clinic, meeting: Any) -> None:
    event = notice(clinic, meeting, "room.client.joined", roleName="host")
    assert deliver(app, cast, event, secret="whsec_guessed").status_code == 400
    assert clinic.rows("inbox", "source = 'whereby'") == []


def test_notice_about_a_room_nobody_knows_ends_as_a_dead_letter(
    app: Flask, cast: Cast, clinic: Clinic, meeting: Any
) -> None:
    event = notice(clinic, meeting, "room.client.joined", roleName="host")
    event["data"]["meetingId"] = "9999"
    deliver(app, cast, event)
    clinic.go_to(clock.now() + timedelta(minutes=6))
    assert apply_all(clinic) == ["dead"]
