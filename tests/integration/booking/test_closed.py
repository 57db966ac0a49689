"""Before a practice is open nobody books by themselves, and every page says so."""

from datetime import timedelta

import pytest
from flask import Flask

from shared import clock
from shared.booking import SlotRefused, find_next_times, get_visit_type, hold_slot
from shared.booking.slots import Rule
from shared.config import Settings
from shared.db import open_session
from shared.practices.opening import is_open, open_practice
from tests.browsing import stranger
from tests.people import Cast, before_opening


@pytest.fixture
def closed(app: Flask, cast: Cast, settings: Settings) -> Cast:
    """The first practice as it was before its opening."""
    before_opening(settings, cast.seagrape)
    return cast


def test_nobody_holds_a_time_before_the_opening(closed: Cast) -> None:
    visitor = closed.seagrape.anonymous()
    with open_session(visitor.context()) as session:
        visit = get_visit_type(session, practice_id=closed.seagrape.id, slug="first-visit")
        [start] = find_next_times(session, visit_type=visit, count=1)
        with pytest.raises(SlotRefused) as refused:
            hold_slot(
                session,
                visit_type=visit,
                starts_at=start.starts_at,
                by=visitor,
                time_zone="America/New_York",
            )
    assert refused.value.refusal.rule is Rule.NOT_OPEN


def test_every_page_says_so_and_gives_the_phone(app: Flask, closed: Cast) -> None:
    visitor = stranger(app, closed.seagrape)
    page = visitor.get("/portal/book/first-visit").get_data(as_text=True)
    assert "Online booking is not open yet" in page
    assert 'href="tel:+1' in page
    assert 'name="starts_at"' not in page
    for part in ("times", "why?ask=9:30"):
        assert visitor.get(f"/portal/book/first-visit/{part}").status_code == 303
    assert "Online booking opens soon" in visitor.get("/").get_data(as_text=True)
    # The other practice of the server is open.
    slug = next(iter(closed.ironbound.visit_types))
    other = stranger(app, closed.ironbound).get(f"/portal/book/{slug}")
    assert 'name="starts_at"' in other.get_data(as_text=True)


def test_opening_is_once_and_for_good(closed: Cast) -> None:
    job = closed.seagrape.context()
    with open_session(job) as session:
        first = open_practice(session, practice_id=closed.seagrape.id, green=30, signed=2).opened_at
    later = clock.now() + timedelta(days=3)
    with clock.freeze(later), open_session(job) as session:
        again = open_practice(session, practice_id=closed.seagrape.id, green=1, signed=0).opened_at
        assert is_open(session, practice_id=closed.seagrape.id)
    assert again == first
