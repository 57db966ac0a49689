"""The log's screen: what it shows, what it is asked, and that asking is in the log too."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from shared import clock
from shared.access import log
from shared.access.log import LogEntry
from shared.db import open_session
from shared.events import look, write_looks
from shared.ids import new_id
from shared.proof.verifying import keep_verification
from tests.browsing import Browser, signed_in
from tests.people import SEEDED_AT, Cast

ENTRY = re.compile(r'href="(/admin/events/[0-9a-f-]{36})"')


def looked(cast: Cast, action: str) -> list[object]:
    """The patients whom looks of that name are about."""
    with open_session(cast.seagrape.context("bedside_auditor")) as session:
        return list(
            session.scalars(
                text("select patient_id from audit.event where action = :action order by at"),
                {"action": action},
            )
        )


@pytest.fixture
def rosa_looked(app: Flask, cast: Cast) -> None:
    """The receptionist has opened Ana's record."""
    rosa = signed_in(app, cast.seagrape, cast.seagrape.staff["rosa"])
    assert rosa.get(f"/admin/patients/{cast.seagrape.patients['ana'].id}").status_code == 200


@pytest.mark.usefixtures("rosa_looked")
def test_the_log_says_who_looked_at_a_record(aud: Browser, cast: Cast) -> None:
    ana = cast.seagrape.patients["ana"].id
    page = aud.get(f"/admin/events?patient={ana}&kind=look").get_data(as_text=True)
    assert "Rosa" in page
    assert "the reception, looked at the record." in page
    assert "Ana Whitfield" in page
    assert "Ben Okafor" not in page
    assert str(ana) in {str(one) for one in looked(cast, "log.read")}


def test_a_patient_is_found_by_name_and_reference_and_the_name_stays_out_of_addresses(
    aud: Browser, cast: Cast
) -> None:
    ana = cast.seagrape.patients["ana"].id
    found = aud.post(
        "/admin/events/people?kind=look", {"text": "whit"}, printed_on="/admin/events"
    ).get_data(as_text=True)
    assert f"/admin/events?kind=look&amp;patient={ana}" in found
    assert "Ben Okafor" not in found
    reference = re.search(r"[A-Z]{2}\d-\d{2}[A-Z]{2}", found)
    assert reference
    again = aud.post(
        "/admin/events/people", {"text": reference[0].lower()}, printed_on="/admin/events"
    )
    assert "Ana Whitfield" in again.get_data(as_text=True)
    assert ana in looked(cast, "log.patient_found")
    wrong = aud.post("/admin/events/people", {"text": ""}, printed_on="/admin/events")
    assert wrong.status_code == 422
    short = aud.post("/admin/events/people", {"text": "wh"}, printed_on="/admin/events")
    assert "Nobody found" in short.get_data(as_text=True)


@pytest.mark.usefixtures("rosa_looked")
def test_filters_narrow_by_actor_action_kind_day_and_reason(aud: Browser, cast: Cast) -> None:
    rosa, maya = (cast.seagrape.staff[name].account_id for name in ("rosa", "maya"))
    day = clock.today("America/New_York")

    def shown(query: str) -> str:
        answer = aud.get(f"/admin/events?{query}")
        assert answer.status_code == 200, query
        return answer.get_data(as_text=True)

    def lines(query: str) -> int:
        return len(set(ENTRY.findall(shown(query))))

    assert lines(f"who={rosa}") == 1
    assert lines(f"who={maya}") == 1  # she gave the auditor the role
    assert lines("who=job&kind=act") > 1
    assert lines(f"who={rosa}&action=patient.viewed") == 1
    assert lines(f"who={rosa}&action=patient") == 1
    assert lines(f"who={rosa}&action=payment") == 0
    assert lines("kind=write") > 1
    assert lines(f"who={rosa}&kind=act") == 0
    assert lines(f"who={rosa}&first={day}&until={day}") == 1
    assert lines(f"who={rosa}&until={day - timedelta(days=1)}") == 0


def test_a_reason_is_asked_for_without_being_in_the_address(aud: Browser, cast: Cast) -> None:
    context = cast.seagrape.context(reason="the patient asked on the phone")
    with open_session(context) as session:
        look(session, "patients.listed", target=("patient", None), count=0)
        write_looks(session)
    page = aud.get("/admin/events").get_data(as_text=True)
    found = re.search(r'<option value="([0-9a-f]{16})">program: the patient asked', page)
    assert found
    page = aud.get(f"/admin/events?why={found[1]}").get_data(as_text=True)
    assert len(set(ENTRY.findall(page))) == 1
    assert "listed patients" in page


def test_a_sentence_is_told_even_when_a_detail_or_the_action_is_unknown() -> None:
    known = LogEntry(
        id=new_id(),
        act_id=new_id(),
        at=SEEDED_AT,
        kind="act",
        action="role.granted",
        actor_kind="owner",
        actor_id=None,
        actor_name=None,
        on_behalf_of=None,
        target_type="role_grant",
        target_id=None,
        patient_id=None,
        reason=None,
        request_id=None,
        patient_reference=None,
        patient_name=None,
        seq=1,
        event_hash="",
        chain_hash="",
    )
    assert known.sentence == "gave the role …"
    assert replace(known, action="old_noun.was_done").sentence == "old noun: was done"


@pytest.mark.parametrize(
    "query", ["who=nobody", "action=made.up", "first=31.12.2026", "patient=x", "why=zz", "kind=x"]
)
def test_a_filter_that_makes_no_sense_is_said_so(aud: Browser, query: str) -> None:
    answer = aud.get(f"/admin/events?{query}")
    assert answer.status_code == 422
    assert "There is a problem" in answer.get_data(as_text=True) or "error" in answer.text.lower()


def test_days_the_wrong_way_round_are_said_so(aud: Browser) -> None:
    for beyond in ("until=9999-12-31", "first=0001-01-01"):
        assert aud.get(f"/admin/events?{beyond}").status_code == 422, beyond
    answer = aud.get("/admin/events?first=2027-01-05&until=2027-01-04")
    assert answer.status_code == 422
    assert "The last day is before the first one." in answer.get_data(as_text=True)


def test_another_practice_s_patient_and_entries_are_not_there(aud: Browser, cast: Cast) -> None:
    cleo = cast.ironbound.patients["cleo"].id
    assert aud.get(f"/admin/events?patient={cleo}").status_code == 404
    assert aud.get(f"/admin/events/records/patient/{cleo}").status_code == 404
    with open_session(cast.ironbound.context("bedside_auditor")) as session:
        event = session.scalar(text("select id from audit.event limit 1"))
    assert aud.get(f"/admin/events/{event}").status_code == 404


def test_pages_follow_each_other_without_gap_or_repeat(
    aud: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "PAGE_SIZE", 9)
    with open_session(cast.seagrape.context("bedside_auditor")) as session:
        total = session.scalar(text("select count(*) from audit.event where kind = 'write'"))
    seen: list[str] = []
    path: str | None = "/admin/events?kind=write&until=2027-01-04"
    while path:
        page = aud.get(path).get_data(as_text=True)
        seen += ENTRY.findall(page)
        older = re.search(r'href="([^"]+)" rel="next"', page)
        path = older[1].replace("&amp;", "&") if older else None
    assert len(seen) == len(set(seen))
    assert 9 < len(seen) <= (total or 0)


def test_an_entry_shows_what_changed_and_keeps_what_is_encrypted(aud: Browser, cast: Cast) -> None:
    ana = cast.seagrape.patients["ana"].id
    with open_session(cast.seagrape.context("bedside_auditor")) as session:
        event = session.scalar(
            text("select id from audit.event where kind = 'write' and target_id = :id"),
            {"id": ana},
        )
    page = aud.get(f"/admin/events/{event}").get_data(as_text=True)
    assert "Patient: made" in page
    # There was nothing before.
    assert ">Before</th>" not in page
    assert "Whitfield" in page
    assert "14 March 1987" in page
    assert "encrypted" in page
    assert "\\x" not in page
    assert "ana@patients.example" not in page
    assert "Email bidx" not in page
    assert ana in looked(cast, "log.entry_viewed")


def test_the_proof_says_never_until_something_was_verified(
    maya: Browser, cast: Cast, app: Flask
) -> None:
    page = maya.get("/admin/events").get_data(as_text=True)
    assert "Has the log been touched?" in page
    assert page.count("Never") == 5
    answer = maya.post("/admin/events/verifications", {}, printed_on="/admin/events")
    assert answer.status_code == 303
    assert "The log is being verified" in maya.get("/admin/events").get_data(as_text=True)
    with open_session(cast.seagrape.context("bedside_auditor")) as session:
        asked = text("select count(*) from audit.event where action = 'log.verification_asked'")
        assert session.scalar(asked) == 1


def test_verifications_are_shown_with_what_they_found(
    maya: Browser, cast: Cast, app: Flask
) -> None:
    for outcome, kind in (("passed", "chain"), ("failed", "archive"), ("unable", "checkpoint")):
        with open_session(cast.seagrape.context()) as session:
            keep_verification(
                session,
                practice_id=cast.seagrape.id,
                kind=kind,
                started_at=SEEDED_AT,
                outcome=outcome,
                details={"found": [{"sentence": "Entry 7 is not as it was."}]}
                if outcome == "failed"
                else {},
            )
    page = maya.get("/admin/events").get_data(as_text=True)
    assert "Held" in page
    assert "Did not hold" in page
    assert "Could not be checked" in page
    assert "Entry 7 is not as it was." in page
    assert "A verification found something" in page
