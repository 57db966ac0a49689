"""Addresses without a page: moved (301), taken away (410), never there (404)."""

import pytest
from flask import Flask

from marketing.library.shelf import shelf
from tests.integration.marketing.reading import Reader
from tests.people import Cast


def test_moved_page_is_followed_for_good(app: Flask, cast: Cast) -> None:
    reader = Reader(app)
    for path, to in shelf().library("seagrape").moved.items():
        answer = reader.get(f"{path}?next=https://evil.example")
        assert (answer.status_code, answer.headers["Location"]) == (301, to), path
        assert "Set-Cookie" not in answer.headers
        assert reader.get(to).status_code == 200


@pytest.mark.parametrize("path", ["//evil.example", "/doctor//evil.example", "/\\evil.example"])
def test_odd_address_redirects_nowhere_else(app: Flask, cast: Cast, path: str) -> None:
    answer = Reader(app).get(path)
    location = answer.headers.get("Location", "")
    assert "evil" not in location.removeprefix("http://localhost/")


def test_deleted_article_says_so_and_what_to_read(app: Flask, cast: Cast) -> None:
    answer = Reader(app).get("/articles/covid-testing-at-home")
    assert answer.status_code == 410
    assert "This page was taken down" in answer.text
    assert "/articles/make-the-most-of-a-video-visit" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert "/articles/covid-testing-at-home" not in Reader(app).get("/sitemap.xml").text


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/articles/nothing", "/visits/nothing", "/locations/x", "/index.php", "/.env"],
)
def test_unknown_address_gets_the_sites_own_page(app: Flask, cast: Cast, path: str) -> None:
    answer = Reader(app).get(path)
    assert answer.status_code == 404
    assert "What people look for most" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_other_faces_keep_their_own_page(app: Flask, cast: Cast) -> None:
    for path in ("/portal/nothing", "/admin/nothing", "/static/nothing.css"):
        answer = Reader(app).get(path)
        assert answer.status_code == 404
        assert "What people look for most" not in answer.text
