"""The state of a list in its address: closed lists, limits, and no way to break it."""

import pytest
from flask import Flask

from shared.web.lists import LAST_PAGE, Asked, read_list


@pytest.fixture
def app() -> Flask:
    app = Flask("lists")
    app.add_url_rule("/rows", "rows", lambda: "")
    app.add_url_rule("/rows/export", "export", lambda: "")
    return app


def asked(app: Flask, query: str = "") -> Asked:
    with app.test_request_context(f"/rows?{query}"):
        return read_list(
            ("when", "who"), default="-when", filters={"state": ("open", "ended")}, size=2
        )


def test_an_address_without_words_asks_for_the_default(app: Flask) -> None:
    found = asked(app)
    assert (found.sort, found.descending, found.order, found.number) == ("when", True, "-when", 1)
    assert not found.is_narrow
    assert found.window == {"offset": 0, "limit": 3}


def test_what_is_asked_for_is_kept_in_every_address(app: Flask) -> None:
    found = asked(app, "sort=who&state=ended&page=2")
    with app.test_request_context():
        assert found.url() == "/rows?state=ended&sort=who&page=2"
        assert found.url("export") == "/rows/export?state=ended&sort=who"
        assert found.cleared() == "/rows?sort=who"


@pytest.mark.parametrize(
    "query",
    ["sort=password", "sort=--when", "state=%27", "page=-1", "page=x", "page=%C2%B2", "page="],
)
def test_what_is_not_known_counts_as_not_asked(app: Flask, query: str) -> None:
    found = asked(app, query)
    assert (found.order, dict(found.chosen), found.number) == ("-when", {}, 1)


def test_nobody_leafs_beyond_the_last_page(app: Flask) -> None:
    found = asked(app, "page=999")
    assert found.number == LAST_PAGE
    shown = found.shown([1, 2, 3])
    assert shown.later is None
    assert shown.cut


def test_a_page_shows_what_fits_and_where_the_next_is(app: Flask) -> None:
    with app.test_request_context():
        shown = asked(app).shown([1, 2, 3])
        assert shown.rows == [1, 2]
        assert shown.span == (1, 2)
        assert (shown.earlier, shown.later) == (None, "/rows?page=2")
        last = asked(app, "page=2").shown([3])
        assert (last.earlier, last.later) == ("/rows", None)
