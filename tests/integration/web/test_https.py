"""What only https brings: HSTS on every answer, cookies bound to their host."""

from dataclasses import replace

import pytest
from flask import Flask, Response

from shared.config import Settings
from shared.web.cookies import clear_session_cookie, set_session_cookie

BASE = "https://localhost"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, scheme="https")


@pytest.mark.parametrize("path", ["/", "/portal/sign-in", "/nothing", "/healthz"])
def test_browsers_are_told_to_stay_on_https_for_two_years(app: Flask, path: str) -> None:
    told = app.test_client().get(path, base_url=BASE).headers["Strict-Transport-Security"]
    assert "max-age=63072000" in told
    assert "includeSubDomains" in told


@pytest.mark.parametrize("face", ["portal", "admin"])
def test_the_visitors_cookie_is_bound_to_its_host(app: Flask, face: str) -> None:
    answer = app.test_client().get(f"/{face}/sign-in", base_url=BASE)
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies, "the sign-in form's token needs one"
    for cookie in cookies:
        assert_bound(cookie, f"__Host-bedside_{face}_visit=")


@pytest.mark.parametrize("face", ["portal", "admin"])
def test_the_session_cookie_is_bound_to_its_host(app: Flask, face: str) -> None:
    with app.test_request_context(f"/{face}/", base_url=BASE):
        given, taken = Response(), Response()
        set_session_cookie(given, face, "token")
        clear_session_cookie(taken, face)
    assert_bound(given.headers["Set-Cookie"], f"__Host-bedside_{face}=token")
    assert_bound(taken.headers["Set-Cookie"], f"__Host-bedside_{face}=;")


def assert_bound(cookie: str, start: str) -> None:
    """What `__Host-` asks for, and out of reach of scripts and of other sites' forms."""
    assert cookie.startswith(start)
    parts = {part.strip().lower() for part in cookie.split(";")}
    assert {"secure", "httponly", "path=/", "samesite=lax"} <= parts
    assert not any(part.startswith("domain=") for part in parts)


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/portal", "/portal/"),
        ("/admin?x=1&y=/", "/admin/?x=1&y=/"),
        ("/portal//sign-in", "/portal/sign-in"),
    ],
)
def test_a_missing_slash_leads_nobody_out_of_https(app: Flask, asked: str, led_to: str) -> None:
    """The balancer ends TLS, so the server itself is asked by http."""
    answer = app.test_client().get(asked, base_url="http://localhost")
    assert (answer.status_code, answer.headers["Location"]) == (308, led_to)
