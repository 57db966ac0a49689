"""Rehearsals with the sandbox on: a vendor goes down, and comes back by itself."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from shared import clock
from shared.config import Settings
from tests.browsing import Browser, signed_in
from tests.people import Cast, PracticeOf
from tests.sandbox_process import SandboxHandle, start_sandbox


@pytest.fixture
def practice(cast: Cast) -> PracticeOf:
    return cast.seagrape


@pytest.fixture
def maya(app: Flask, practice: PracticeOf) -> Browser:
    """Physician and owner."""
    return signed_in(app, practice, practice.staff["maya"])


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    handle = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield handle
    handle.stop()


@pytest.fixture
def settings(settings: Settings, sandbox: SandboxHandle) -> Settings:
    return replace(settings, sandbox_url=sandbox.url, data=str(sandbox.data))


def test_a_vendor_is_down_until_switched_back_or_ten_minutes(
    maya: Browser, sandbox: SandboxHandle
) -> None:
    page = "/admin/rehearsal"
    assert maya.get(page).text.count("Works") == 5
    assert maya.post(f"{page}/ses/begin", printed_on=page).status_code == 303
    [fault] = sandbox.get("/_sandbox/faults")
    assert (fault["service"], fault["mode"]) == ("ses", "status")
    left = fault["until"] - (clock.now() - clock.offset()).timestamp()
    assert timedelta(minutes=9).total_seconds() < left <= 600
    shown = maya.get(page).text
    assert "Pretended to be down" in shown
    assert "Ends by itself at" in shown
    assert maya.post(f"{page}/ses/end", printed_on=page).status_code == 303
    assert sandbox.get("/_sandbox/faults") == []


def test_a_test_mail_is_asked_for(maya: Browser, practice: PracticeOf) -> None:
    page = "/admin/rehearsal"
    assert maya.post(f"{page}/tests", printed_on=page).status_code == 303
    assert "Waiting" in maya.get(page).text


def test_a_sandbox_that_is_away_is_said_to_be(
    maya: Browser, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    away = replace(app.config["SETTINGS"], sandbox_url="http://127.0.0.1:9")
    monkeypatch.setitem(app.config, "SETTINGS", away)
    assert "The sandbox does not answer" in maya.get("/admin/rehearsal").text
