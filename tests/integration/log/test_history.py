"""How a record was: by moment, by entry, before it began, and after its image was forgotten."""

import re
from datetime import timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from sqlalchemy import text

from shared import clock
from shared.access.errors import NotFound
from shared.access.history import read_record_at
from shared.access.principal import Role
from shared.config import Settings
from shared.db import open_session
from shared.events import act
from shared.models.visit_type import VisitType
from tests.browsing import Browser
from tests.people import Cast
from tools.postgres import Server


@pytest.fixture
def visit(cast: Cast, settings: Settings) -> UUID:
    """A kind of visit that has been renamed: yesterday "One", today "Two"."""
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("select audit.believe_sandbox_clock(true)")
    visit_id = cast.seagrape.visit_types["first-visit"]
    for ago, name in ((timedelta(days=-1), "One"), (timedelta(0), "Two")):
        context = cast.seagrape.context()
        with open_session(context) as session:
            offset = str(int(ago.total_seconds()))
            session.execute(text("select set_config('app.clock_offset', :o, true)"), {"o": offset})
            session.get_one(VisitType, (cast.seagrape.id, visit_id)).name = name
            act(session, "practice.updated", target=("visit_type", visit_id), what="visits")
    return visit_id


def test_a_record_is_shown_as_it_was_on_a_day(aud: Browser, visit: UUID) -> None:
    path = f"/admin/events/records/visit_type/{visit}"
    now = aud.get(path).get_data(as_text=True)
    assert "<dd>Two</dd>" in now
    before = (clock.now() - timedelta(hours=2)).astimezone(ZoneInfo("America/New_York"))
    then = aud.get(f"{path}?on={before.date()}&at={before:%H:%M}").get_data(as_text=True)
    assert "<dd>One</dd>" in then
    long_ago = aud.get(f"{path}?on=2001-01-01").get_data(as_text=True)
    assert "There was no such record yet." in long_ago
    assert "Kind of visit as it was" in long_ago


def test_a_record_is_shown_as_an_entry_left_it(aud: Browser, cast: Cast, visit: UUID) -> None:
    with open_session(cast.seagrape.context("bedside_auditor")) as session:
        entry = session.scalar(
            text(
                "select p.event_id from audit.payload p where p.body -> 'new' ->> 'name' = 'One'"
                " and p.kind = 'write'"
            )
        )
    page = aud.get(f"/admin/events/{entry}").get_data(as_text=True)
    link = re.search(r'href="(/admin/events/records/visit_type/[^"]+entry=[^"]+)"', page)
    assert link
    assert "<dd>One</dd>" in aud.get(link[1]).get_data(as_text=True)
    assert "First visit" in page
    assert ">One<" in page


@pytest.mark.parametrize(
    "query", ["on=", "on=yesterday", "on=2027-01-04&at=noon", "on=9999-12-31", "on=0001-01-01"]
)
def test_a_day_that_is_none_is_said_so(aud: Browser, visit: UUID, query: str) -> None:
    answer = aud.get(f"/admin/events/records/visit_type/{visit}?{query}")
    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["visit_type/{}?entry=x", "visit_type/{}?entry={}", "nothing/{}"])
def test_what_is_not_known_is_not_there(aud: Browser, visit: UUID, path: str) -> None:
    assert aud.get("/admin/events/records/" + path.format(visit, uuid4())).status_code == 404


def test_looking_at_the_past_is_noted_with_the_patient(aud: Browser, cast: Cast) -> None:
    ana = cast.seagrape.patients["ana"].id
    page = aud.get(f"/admin/events/records/patient/{ana}").get_data(as_text=True)
    assert "Whitfield" in page
    assert "encrypted" in page
    with open_session(cast.seagrape.context("bedside_auditor")) as session:
        noted = text(
            "select count(*) from audit.event where action = 'record.viewed_as_it_was'"
            " and patient_id = :ana and kind = 'look'"
        )
        assert session.scalar(noted, {"ana": ana}) == 1


def test_a_forgotten_image_is_said_to_be_forgotten(
    aud: Browser, cast: Cast, visit: UUID, server: Server, database: str
) -> None:
    with psycopg.connect(server.dsn_for(dbname=database), autocommit=True) as admin:
        admin.execute("alter table audit.payload disable trigger all")
        admin.execute(
            "delete from audit.payload p using audit.event e where e.id = p.event_id"
            " and e.target_id = %s",
            (visit,),
        )
    page = aud.get(f"/admin/events/records/visit_type/{visit}").get_data(as_text=True)
    assert "has forgotten it since" in page


def test_nobody_but_readers_of_the_log_may_ask(cast: Cast, visit: UUID) -> None:
    rosa = cast.seagrape.staff["rosa"].acting(Role.RECEPTIONIST)
    with pytest.raises(NotFound), open_session(cast.seagrape.context()) as session:
        read_record_at(
            session, viewer=rosa, target_type="visit_type", target_id=visit, moment=clock.now()
        )
