"""Who looked at my record: staff and programs, in plain words, one's own pages when asked for."""

import re

import pytest
from flask import Flask
from sqlalchemy import text

from portal.looks.words import purpose_words, who_words, why_words
from shared import clock
from shared.access import looks
from shared.access.dispatches import list_patient_dispatches
from shared.access.errors import NotFound
from shared.access.looks import read_own_looks
from shared.access.patients import access_patient
from shared.access.principal import Principal
from shared.db import open_session
from shared.events import act, look, write_looks
from shared.models.dispatch import Dispatch
from tests.browsing import Browser, signed_in
from tests.people import Cast, PatientOf


@pytest.fixture
def ana(cast: Cast) -> PatientOf:
    return cast.seagrape.patients["ana"]


@pytest.fixture
def portal(app: Flask, cast: Cast, ana: PatientOf) -> Browser:
    """Ana's phone."""
    return signed_in(app, cast.seagrape, ana)


def staff_look(app: Flask, cast: Cast, name: str, path: str) -> None:
    """Somebody at the desk opens a page."""
    browser = signed_in(app, cast.seagrape, cast.seagrape.staff[name])
    assert browser.get(path).status_code == 200


def test_staff_are_named_or_told_by_their_work(
    app: Flask, cast: Cast, portal: Browser, ana: PatientOf
) -> None:
    staff_look(app, cast, "rosa", f"/admin/patients/{ana.id}")
    staff_look(app, cast, "rosa", f"/admin/patients/{ana.id}")
    staff_look(app, cast, "maya", f"/admin/patients/{ana.id}/story")
    page = portal.get("/portal/looks").get_data(as_text=True)
    assert "<strong>The reception</strong> looked at your contact data" in page
    assert "Rosa" not in page
    assert re.search(r"<strong>Maya Ellison, [^<]*</strong> read the story of your record", page)
    assert "in the course of their work for you" in page
    assert re.search(r"2 times, last at \d+:\d\d [ap]m", page)
    assert clock.today("America/New_York").strftime("%-d") in page


def test_a_program_says_what_it_looked_for(cast: Cast, portal: Browser, ana: PatientOf) -> None:
    job = Principal.job(cast.seagrape.id, "send_dispatch")
    with open_session(job.context()) as session:
        row = Dispatch(
            practice_id=cast.seagrape.id,
            channel="email",
            template="booking_confirmed",
            patient_id=ana.id,
            status="queued",
            attempts=0,
            created_at=clock.now(),
        )
        session.add(row)
        act(session, "practice.seeded", target=("practice", cast.seagrape.id))
        look(session, "dispatch.viewed", target=row, patient_id=ana.id)
        access_patient(session, viewer=job, patient_id=ana.id)
        list_patient_dispatches(session, viewer=job, patient_id=ana.id)
        write_looks(session)
    page = portal.get("/portal/looks").get_data(as_text=True)
    assert "<strong>Bedside (to send your confirmation)</strong> looked at a message to you" in page
    assert "<strong>Bedside (to send you a message)</strong> looked at your contact data" in page
    assert "send_dispatch" not in page


def test_one_s_own_pages_are_told_only_when_asked_for(portal: Browser) -> None:
    portal.get("/portal/appointments")
    assert "Nobody has looked yet" in portal.get("/portal/looks").get_data(as_text=True)
    own = portal.get("/portal/looks?own=1").get_data(as_text=True)
    assert "<strong>You</strong> read who looked at your record" in own
    assert 'href="/portal/looks?own=1" aria-current="page"' in own


def test_nobody_else_s_looks_are_there(app: Flask, cast: Cast, portal: Browser) -> None:
    staff_look(app, cast, "rosa", f"/admin/patients/{cast.seagrape.patients['ben'].id}")
    assert "The reception" not in portal.get("/portal/looks").get_data(as_text=True)


def test_the_database_gives_a_patient_nothing_but_looks_at_themselves(
    cast: Cast, ana: PatientOf
) -> None:
    with open_session(ana.viewer.context()) as session:
        rows = session.execute(
            text("select distinct kind, patient_id from audit.event where kind <> 'act'")
        ).all()
    assert {(row.kind, row.patient_id) for row in rows} <= {("look", ana.id)}


def test_pages_follow_each_other(
    app: Flask, cast: Cast, ana: PatientOf, portal: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "PAGE_SIZE", 2)
    for _ in range(5):
        staff_look(app, cast, "rosa", f"/admin/patients/{ana.id}")
    path, pages = "/portal/looks", 0
    while path:
        page = portal.get(path).get_data(as_text=True)
        pages += 1
        older = re.search(r'href="([^"]+)" rel="next"', page)
        path = older[1].replace("&amp;", "&") if older else ""
    assert pages == 3


@pytest.mark.parametrize(
    "cursor",
    ["x", "2027-01-04_x", "2027-01-04T10:00:00_01a1f7b1-a8df-7370-97d9-4c15b2d1705b"],
)
def test_a_spoilt_link_begins_at_the_newest(portal: Browser, cursor: str) -> None:
    assert portal.get(f"/portal/looks?before={cursor}").status_code == 200


def test_somebody_without_a_record_has_no_looks(cast: Cast) -> None:
    nobody = cast.seagrape.anonymous()
    with pytest.raises(NotFound), open_session(cast.seagrape.context()) as session:
        read_own_looks(session, viewer=nobody)


def test_words_for_what_is_not_known_stay_plain() -> None:
    assert who_words(None, "job", "") == "Bedside"
    assert who_words(None, "nobody", "") == "Somebody of the practice"
    assert purpose_words("a_new_program", "a_new_template") == ""
    assert why_words("break-glass: emergency", "nurse") == "emergency access: you needed help"
    assert why_words("break-glass: x", "nurse") == "emergency access: reviewed by the practice"
    assert why_words("asked on the phone", "nurse") == "asked on the phone"
    assert why_words("send_dispatch", "job") == ""
    assert why_words(None, "auditor") == "to check that records are read for good reasons"
