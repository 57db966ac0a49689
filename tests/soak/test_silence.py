"""A database that is connected and says nothing: people are told, and it works again afterwards."""

import dataclasses
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import shared.app
from shared.config import Settings
from shared.db import db
from shared.jobs.worker import EXIT_DEAF
from tests.browsing import stranger
from tests.conftest import make_app
from tests.people import load_cast
from tests.sandbox_process import ROOT
from tests.soak.black_hole import BlackHole
from tests.soak.reports import report
from tools import postgres

pytestmark = [pytest.mark.slow, pytest.mark.soak]

LIMIT = 2.0  # seconds an answer of the database may take, in this test


@pytest.fixture
def hole(server: postgres.Server) -> Iterator[BlackHole]:
    """The proxy; its folder's path must be short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="hole-") as folder:
        proxy = BlackHole(Path(folder), server.socket_dir)
        yield proxy
        proxy.close()


def through(dsn: str, server: postgres.Server, hole: BlackHole) -> str:
    """The same address, by way of the proxy."""
    changed = dsn.replace(str(server.socket_dir), str(hole.folder))
    assert changed != dsn
    return changed


def test_page_is_refused_in_time_and_served_again_when_the_database_is_heard(
    server: postgres.Server,
    settings: Settings,
    hole: BlackHole,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shared.app, "ANSWER_WITHIN", LIMIT)
    settings = dataclasses.replace(settings, web_dsn=through(settings.web_dsn, server, hole))
    app = make_app(settings)
    with app.app_context():
        visitor = stranger(app, load_cast().seagrape)
        assert visitor.get("/portal/book/first-visit").status_code == 200
        hole.fall_silent()
        started = time.monotonic()
        answer = visitor.get("/portal/book/first-visit")
        refused_after = time.monotonic() - started
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert refused_after < LIMIT + 5 + 3  # the answer's limit, then that of a new connection
        hole.speak_again()
        started = time.monotonic()
        while visitor.get("/portal/book/first-visit").status_code != 200:
            assert time.monotonic() - started < 30
        recovered_after = time.monotonic() - started
        db.engine.dispose()
    found = {"refused_after_s": round(refused_after, 1), "well_after_s": round(recovered_after, 1)}
    report("black hole, web", found)


def test_worker_that_hears_nothing_ends_itself(
    server: postgres.Server, settings: Settings, hole: BlackHole
) -> None:
    environ = {
        **os.environ,
        "BEDSIDE_ENV": "test",
        "BEDSIDE_SCHEME": "http",
        "BEDSIDE_DATA": settings.data,
        "BEDSIDE_SECRET_KEY": settings.secret_key,
        "BEDSIDE_WORKER_DSN": through(settings.worker_dsn, server, hole),
    }
    command = [sys.executable, "-m", "shared.jobs.worker", "--silence", "2", "--deaf", "4"]
    with tempfile.TemporaryFile() as log:
        worker = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
        try:
            end = time.monotonic() + 60
            while b"worker.started" not in _read(log):
                assert worker.poll() is None, _read(log)
                assert time.monotonic() < end
                time.sleep(0.2)
            hole.fall_silent()
            started = time.monotonic()
            assert worker.wait(timeout=60) == EXIT_DEAF
            report("black hole, worker", {"ended_after_s": round(time.monotonic() - started, 1)})
        finally:
            worker.kill()
            worker.wait()


def _read(log: "tempfile._TemporaryFileWrapper[bytes]") -> bytes:
    return os.pread(log.fileno(), 1_000_000, 0)
