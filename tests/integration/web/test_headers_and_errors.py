"""What every answer carries, and what a refusal says."""

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from shared.access.errors import NotFound
from shared.web.policy import requires
from shared.web.problems import PROBLEMS

BASE = "http://localhost"
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """The program with one page that fails as it is told."""

    @requires("public.read")
    def failing(kind: str) -> str:
        if kind == "crash":
            raise RuntimeError("Rosa Delgado")
        if kind == "absent":
            raise NotFound
        if kind == "database":
            raise OperationalError("select", {}, Exception("Rosa Delgado"))
        abort(int(kind))

    app._got_first_request = False
    app.add_url_rule("/failing/<kind>", "failing", failing)
    app.testing = False
    return app.test_client()


@pytest.mark.parametrize("path", ["/", "/portal/sign-in", "/admin/sign-in", "/nothing", "/healthz"])
def test_every_answer_carries_the_same_strict_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path, base_url=BASE).headers
    assert set(headers["Content-Security-Policy"].split("; ")) == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "X-XSS-Protection" not in headers


@pytest.mark.parametrize("path", ["/portal/sign-in", "/admin/sign-in", "/portal/nothing"])
def test_nothing_of_portal_and_admin_is_stored(client: FlaskClient, path: str) -> None:
    headers = client.get(path, base_url=BASE).headers
    assert headers["Cache-Control"] == "no-store"
    assert "HX-Request" in headers["Vary"]


@pytest.mark.parametrize("status", sorted(PROBLEMS.keys() - {421}))
def test_refusal_says_what_happened_and_whom_to_call(client: FlaskClient, status: int) -> None:
    answer = client.get(f"/failing/{status}", base_url=BASE)
    assert answer.status_code == status
    assert str(PROBLEMS[status].title) in answer.text
    assert "(561) 555-0132" in answer.text
    assert f"<code>{answer.headers['X-Request-Id'][-8:]}</code>" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("kind", "status"), [("crash", 500), ("absent", 404), ("database", 503)])
def test_failure_never_shows_what_it_carried(client: FlaskClient, kind: str, status: int) -> None:
    answer = client.get(f"/failing/{kind}", base_url=BASE)
    assert answer.status_code == status
    assert "Rosa" not in answer.text


def test_htmx_gets_a_fragment(client: FlaskClient) -> None:
    answer = client.get("/failing/404", base_url=BASE, headers=FRAGMENT)
    assert answer.status_code == 404
    assert "<html" not in answer.text
    assert 'id="problem"' in answer.text


def test_history_restore_gets_a_whole_page(client: FlaskClient) -> None:
    headers = FRAGMENT | {"HX-History-Restore-Request": "true"}
    assert "<html" in client.get("/failing/404", base_url=BASE, headers=headers).text


def test_wrong_method_still_says_which_are_right(client: FlaskClient) -> None:
    answer = client.get("/portal/sign-out", base_url=BASE)
    assert answer.status_code in {404, 405}
    if answer.status_code == 405:
        assert "POST" in answer.headers["Allow"]


def test_pages_survive_a_database_that_is_away(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("connect", {}, Exception("refused"))

    monkeypatch.setattr("shared.web.pipeline.find_practice_at", away)
    answer = client.get("/portal/sign-in", base_url=BASE)
    assert answer.status_code == 503
    assert "We are away for a moment" in answer.text
    assert answer.headers["Retry-After"] == "30"
    assert client.get("/static/js/app.000000000000.js", base_url=BASE).status_code == 200


def test_component_page_is_complete(client: FlaskClient) -> None:
    assert client.get("/_components", base_url=BASE).status_code == 200
