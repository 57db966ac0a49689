"""What somebody sees who is turned away, and that it costs the database nothing."""

import pytest
from flask import Flask

from shared.db import db
from shared.web.admission import Rank
from tests.browsing import stranger
from tests.people import Cast


@pytest.fixture
def full(app: Flask) -> Flask:
    """The program while as many as it takes are at work and nobody may wait."""
    gate = app.extensions["gate"]
    gate.room = 0
    while gate.working < gate.places:
        assert gate.enter(Rank.URGENT)
    return app


@pytest.mark.parametrize(
    ("path", "home"), [("/", "/"), ("/portal/", "/portal/"), ("/admin/patients", "/admin/")]
)
def test_shed_page_is_the_error_page_with_its_headers(
    full: Flask, cast: Cast, path: str, home: str
) -> None:
    answer = stranger(full, cast.seagrape).get(path)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "3"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert answer.text.count("<h1") == 1
    assert f'href="{home}"' in answer.text


def test_shed_fragment_is_a_fragment(full: Flask, cast: Cast) -> None:
    answer = stranger(full, cast.seagrape).get("/portal/", headers={"HX-Request": "true"})
    assert answer.status_code == 503
    assert answer.text.startswith("<section")


def test_shedding_asks_the_database_nothing(full: Flask, cast: Cast) -> None:
    before = db.engine.pool.status()
    stranger(full, cast.seagrape).get("/portal/book/first-visit")
    assert db.engine.pool.status() == before


def test_full_process_is_alive_and_ready_to_say_so(full: Flask, cast: Cast) -> None:
    assert stranger(full, cast.seagrape).get("/healthz").status_code == 200


def test_place_is_free_again_after_each_request(app: Flask, cast: Cast) -> None:
    for path in ("/", "/portal/sign-in", "/nowhere"):
        stranger(app, cast.seagrape).get(path)
    assert app.extensions["gate"].working == 0
