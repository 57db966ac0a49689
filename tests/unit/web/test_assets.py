"""Hashed names: what may be kept for ever, and what an old name gets."""

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound

from shared.web.assets import BRIEFLY, FOR_EVER, STATIC, Shelf, address, read_assets
from shared.web.styles import LAYERS


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(reload=False)


def test_current_name_may_be_kept_for_ever(shelf: Shelf) -> None:
    with Flask("x").app_context():
        answer = shelf.serve(shelf.url("css/app.css").removeprefix("/static/"))
    assert answer.headers["Cache-Control"] == FOR_EVER
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"


def test_older_name_gets_todays_file_for_a_short_while(shelf: Shelf) -> None:
    with Flask("x").app_context():
        answer = shelf.serve("js/app.000000000000.js")
    assert answer.headers["Cache-Control"] == BRIEFLY


@pytest.mark.parametrize("name", ["js/none.000000000000.js", "../assets.py", "app", ""])
def test_unknown_names_are_not_found(shelf: Shelf, name: str) -> None:
    with pytest.raises(NotFound):
        shelf.serve(name)


def test_all_style_sheets_are_joined_and_point_at_hashed_files() -> None:
    assets = read_assets()
    css = assets["css/app.css"].body.decode()
    files = [path for pattern in LAYERS for path in (STATIC / "css").glob(pattern)]
    assert set(files) == set((STATIC / "css").rglob("*.css"))
    assert address("brand/leaf.svg", assets["brand/leaf.svg"].digest) in css
    assert "../" not in css
    assert css.replace(", ", ",").startswith("@layer reset,tokens,brand,base,ui,rooms,utilities;")


def test_style_sheets_fit_their_budget() -> None:
    for path in Path(STATIC / "css").rglob("*.css"):
        assert len(path.read_text().splitlines()) <= 250, path
