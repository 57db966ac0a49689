"""What a cache may keep is the same for everybody, whatever a stranger says in their headers."""

import pytest
from flask import Flask

from tests.browsing import stranger
from tests.people import Cast

PAGES = ("/", "/visits", "/visits/first-visit", "/articles", "/pricing", "/sitemap.xml")
POISON = (
    {"HX-Request": "true"},
    {"HX-Request": "true", "HX-Boosted": "true", "HX-Target": '"><b>planted'},
    {"HX-Current-URL": "https://planted.example/"},
    {"X-Forwarded-Host": "planted.example", "X-Forwarded-Proto": "gopher"},
    {"X-Forwarded-Prefix": "/planted", "X-Original-URL": "/admin/", "X-Rewrite-URL": "/admin/"},
    {"Forwarded": "host=planted.example"},
    {"X-HTTP-Method-Override": "DELETE"},
    {"Cookie": "bedside_portal=planted; lang=planted"},
    {"Referer": "https://planted.example/", "User-Agent": "<script>planted"},
)


@pytest.mark.parametrize("path", PAGES)
def test_strangers_cannot_plant_anything_in_a_cache(app: Flask, cast: Cast, path: str) -> None:
    browser = stranger(app, cast.seagrape)
    clean = browser.get(path)
    assert clean.headers["Cache-Control"].startswith("public")
    for headers in POISON:
        answer = browser.client.get(path, base_url=browser.base, headers=headers)
        assert (answer.status_code, answer.text) == (200, clean.text), headers
        assert "Set-Cookie" not in answer.headers
        assert "planted" not in str(answer.headers)


@pytest.mark.parametrize(
    "path", ["/portal/x.css", "/portal/appointments/x.css", "/admin/x.js", "/portal/static/x.png"]
)
def test_a_private_address_that_looks_like_a_file_is_never_kept(
    app: Flask, cast: Cast, path: str
) -> None:
    assert stranger(app, cast.seagrape).get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "back",
    [
        *("//planted.example", "https://planted.example", "/\\planted.example", "javascript:x()"),
        *("/portal/../../planted", "/portal/%2e%2e/x", "/portal//planted.example", "/portal/\tx"),
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(app: Flask, cast: Cast, back: str) -> None:
    page = stranger(app, cast.seagrape).get(f"/portal/sign-in?back={back}")
    assert 'name="back" type="hidden" value="/portal/"' in page.text or "planted" not in page.text
