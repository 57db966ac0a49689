"""Taking the log out: freshly proven, said in the log, safe in a spreadsheet."""

import csv
import io
import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from shared import clock
from shared.access import log_export
from shared.db import open_session
from shared.web.spreadsheets import guard
from tests.browsing import Browser, signed_in
from tests.people import Cast

NEW = "/admin/events/exports/new"
EXPORTS = "/admin/events/exports"


def test_a_spreadsheet_holds_the_entries_asked_for(aud: Browser, cast: Cast) -> None:
    ana = cast.seagrape.patients["ana"].id
    answer = aud.post(f"{EXPORTS}?patient={ana}", {"format": "csv"}, printed_on=NEW)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert ".csv" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert {row["patient"] for row in rows} == {"Ana Whitfield"}
    assert any("opened a record" in row["did"] for row in rows)
    assert all(len(row["event_hash"]) == len(row["chain_hash"]) == 64 for row in rows)


def test_a_program_gets_one_object_a_line(aud: Browser) -> None:
    answer = aud.post(f"{EXPORTS}?kind=all", {"format": "ndjson"}, printed_on=NEW)
    entries = [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]
    numbers = [entry["entry"] for entry in entries]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_the_export_is_in_the_log_with_everybody_it_names(aud: Browser, cast: Cast) -> None:
    aud.post(f"{EXPORTS}?kind=all", {"format": "csv"}, printed_on=NEW)
    with open_session(cast.seagrape.context("bedside_auditor")) as session:
        rows = session.execute(
            text(
                "select e.kind, e.patient_id, p.body from audit.event e join audit.payload p"
                " on p.event_id = e.id where e.action = 'log.exported' order by e.kind"
            )
        ).all()
    assert rows[0].kind == "act"
    assert rows[0].body["count"] > 10
    named = {row.patient_id for row in rows if row.kind == "look"}
    assert {cast.seagrape.patients[name].id for name in ("ana", "ben")} <= named


def test_an_old_proof_of_identity_is_asked_for_again(aud: Browser) -> None:
    fields = aud.hidden(NEW)
    with clock.freeze(clock.now() + timedelta(minutes=6)):
        page = aud.get(NEW)
        file = aud.post(EXPORTS, {**fields, "format": "csv"})
    for answer in (page, file):
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/admin/sign-in?")


def test_too_much_for_one_file_is_said_before_anything_is_taken(
    aud: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_export, "MOST_EXPORTED", 3)
    answer = aud.post(EXPORTS, {"format": "csv"}, printed_on=NEW)
    assert answer.status_code == 422
    assert "Choose fewer days" in answer.get_data(as_text=True)


@pytest.mark.parametrize(("query", "kind"), [("", "exe"), ("", ""), ("?first=x", "csv")])
def test_what_is_no_export_is_refused(aud: Browser, query: str, kind: str) -> None:
    assert aud.post(EXPORTS + query, {"format": kind}, printed_on=NEW).status_code == 400


def test_a_form_of_filters_that_makes_no_sense_leads_back(aud: Browser) -> None:
    assert aud.get(f"{NEW}?first=x").headers["Location"] == "/admin/events"


def test_a_receptionist_takes_nothing(app: Flask, cast: Cast) -> None:
    rosa = signed_in(app, cast.seagrape, cast.seagrape.staff["rosa"])
    assert rosa.get(NEW).status_code == 403


@pytest.mark.parametrize("text_of_cell", ["=1+1", "+1", "-1", "@sum", "\tx", "\rx"])
def test_no_cell_is_a_formula(text_of_cell: str) -> None:
    assert guard(text_of_cell) == f"'{text_of_cell}"


def test_an_ordinary_cell_stays_itself() -> None:
    assert (guard("a=b"), guard(None), guard(7)) == ("a=b", "", "7")
