"""Where a booking came from: brought along by links, written once, read by the owner alone."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from shared.booking.attribution import Origin, read_origin
from shared.db import open_session
from shared.models.attribution import Attribution
from tests.integration.marketing.reading import Reader
from tests.people import Cast, PracticeOf
from tests.visiting import Visitor

BOOK = "/portal/book/first-visit"


def written(practice: PracticeOf, role: str = "bedside_manager") -> list[Origin]:
    """What the practice's owner reads."""
    with open_session(practice.context(role)) as session:
        rows = session.scalars(select(Attribution).order_by(Attribution.id))
        return [Origin(row.landing, row.referrer) for row in rows]


@pytest.mark.parametrize(
    ("landing", "referrer", "origin"),
    [
        ("home", None, Origin("home")),
        (
            "locations/boca-raton",
            "www.Example.com",
            Origin("locations/boca-raton", "www.example.com"),
        ),
        ("/pricing/", "", Origin("pricing")),
        ("pricing", "evil.example/<script>", Origin("pricing")),
        ("pricing", "a" * 101, Origin("pricing")),
        ("", "www.example.com", None),
        ("<script>alert(1)</script>", None, None),
        ("a" * 81, None, None),
        ("home\n", None, None),
        ("häme", None, None),
        (None, None, None),
    ],
)
def test_only_what_looks_like_ours_is_believed(
    landing: str | None, referrer: str | None, origin: Origin | None
) -> None:
    assert read_origin(landing, referrer) == origin


def test_page_names_itself_in_its_links_to_booking(app: Flask, cast: Cast) -> None:
    reader = Reader(app)
    assert f"{BOOK}?from=locations%2Fboca-raton" in reader.get("/locations/boca-raton").text
    assert "&amp;from=home" in reader.get("/").text


def test_hold_keeps_where_it_came_from_and_the_owner_alone_reads_it(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app)
    page = visitor.get(f"{BOOK}?from=locations/boca-raton&via=www.example.com")
    assert "from=locations/boca-raton" in page.text or "from=locations%2Fboca-raton" in page.text
    target, form = visitor.form("/portal/holds")
    assert (form["landing"], form["via"]) == ("locations/boca-raton", "www.example.com")
    assert visitor.post(target, form).status_code == 303
    assert written(cast.seagrape) == [Origin("locations/boca-raton", "www.example.com")]
    assert written(cast.ironbound) == []
    for role in ("bedside_front_desk", "bedside_clinician", "bedside_biller", "bedside_public"):
        with pytest.raises(ProgrammingError):
            written(cast.seagrape, role)


def test_hold_without_or_with_a_strange_origin_is_a_hold(app: Flask, cast: Cast) -> None:
    for query in ("", "?from=%3Cscript%3E&via=x", "?from=" + "a" * 5000):
        visitor = Visitor(app)
        page = visitor.get(BOOK + query)
        assert "<script>&" not in page.text
        target, form = visitor.form("/portal/holds")
        assert visitor.post(target, form).status_code == 303
    assert written(cast.seagrape) == []


def test_same_time_pressed_twice_is_told_once(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app)
    for _ in range(2):
        visitor.get(f"{BOOK}?from=home")
        target, form = visitor.form("/portal/holds")
        visitor.post(target, form)
    assert len(written(cast.seagrape)) <= 2
