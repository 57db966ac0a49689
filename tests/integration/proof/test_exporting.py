"""Export, the verifier from outside, and the operator's commands, on a real log."""

import json
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from shared import keyring
from shared.db import open_session
from shared.jobs.registry import Job
from shared.people.details import PersonDetails
from shared.people.patients import create_patient
from shared.proof import exporting, forms, reading
from shared.proof.exporting import export_log
from shared.proof.sealing import seal_log
from tests.integration.proof.conftest import Superuser, meddle, something_happens
from tests.people import Cast
from tests.sandbox_process import SandboxHandle
from tools import verify_audit

SOMEBODY = PersonDetails("Noor", "Late", date(1990, 1, 2), "+15615550142", "FL", "America/New_York")
# What a text column can hold: no NUL, no lone surrogates.
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(-(10**30), 10**30) | st.decimals(
    allow_nan=False, allow_infinity=False, places=3
).map(float)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def test_an_export_verifies_and_says_whose_records_it_holds(
    job: Job, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    something_happens(cast)
    seal_log(job, at_once=True)
    made = export_log(job, tmp_path / "out", reason="asked by a lawyer")
    assert verify_audit.main([str(made.folder)]) == 0
    assert "The log is what it was" in capsys.readouterr().out
    assert stat.S_IMODE((made.folder / "events.ndjson").stat().st_mode) == 0o600
    ana = cast.seagrape.patients["ana"]
    with job.session() as session:
        looks = session.execute(
            text(
                "select patient_id, reason from audit.event"
                " where action = 'log.exported' and kind = 'look'"
            )
        ).all()
    assert (ana.id, "asked by a lawyer") in [tuple(row) for row in looks]
    # The export contains the word of itself: it was noted before the first line was written.
    assert "log.exported" in (made.folder / "events.ndjson").read_text()


def test_looks_are_noted_by_the_batch_and_each_once(
    job: Job, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "LOOKS_AT_ONCE", 1)
    something_happens(cast)
    made = export_log(job, tmp_path / "out", reason="test")
    events = [
        json.loads(line)["event"]
        for line in (made.folder / "events.ndjson").read_text().splitlines()
    ]
    inside = {one["patient_id"] for one in events if one["patient_id"]}
    looked = [one["patient_id"] for one in events if one["kind"] == "look"]
    assert len(inside) > 2
    assert sorted(looked) == sorted(inside)


def test_what_is_sealed_while_it_is_written_is_no_finding(
    job: Job, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal_log(job, at_once=True)
    real = reading.lines_of

    def slowly(session: Session, practice_id: UUID, *, until: int) -> Any:
        something_happens(cast)
        seal_log(job, at_once=True)
        return real(session, practice_id, until=until)

    monkeypatch.setattr(reading, "lines_of", slowly)
    export_log(job, tmp_path, reason="test")
    assert verify_audit.main([str(tmp_path)]) == 0


def test_who_comes_while_it_is_made_is_in_it_with_a_look_or_not_at_all(
    job: Job, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A patient new between the looks and the snapshot, and one new while the lines are written."""
    made: list[UUID] = []

    def somebody_comes() -> None:
        with open_session(cast.seagrape.context()) as session:
            made.append(
                create_patient(
                    session, practice_id=job.practice_id, email=None, details=SOMEBODY
                ).id
            )

    real_signed, real_lines = exporting.export_checkpoints, reading.lines_of

    def signed(*given: Any) -> int:
        somebody_comes()
        return real_signed(*given)

    def slowly(*given: Any, until: int) -> Any:
        somebody_comes()
        return real_lines(*given, until=until)

    monkeypatch.setattr(exporting, "export_checkpoints", signed)
    monkeypatch.setattr(reading, "lines_of", slowly)
    lines = export_log(job, tmp_path, reason="test").folder / "events.ndjson"
    events = [json.loads(line)["event"] for line in lines.read_text().splitlines()]
    inside = {one["patient_id"] for one in events if one["patient_id"]}
    with job.session() as session:
        looked = session.scalars(
            text(
                "select patient_id from audit.event where action = 'log.exported' and kind = 'look'"
            )
        )
        seen = {str(one) for one in looked if one}
    assert str(made[0]) in inside
    assert inside <= seen
    assert str(made[1]) not in inside


def test_psql_prints_what_the_verifier_reads(
    job: Job, superuser: Superuser, tmp_path: Path
) -> None:
    """The view alone will do, for an auditor who has nothing but psql."""
    rows = superuser.execute(
        "select line from audit.line where practice_id = %s order by seq", (job.practice_id,)
    ).fetchall()
    (tmp_path / "psql.ndjson").write_text("".join(f"{row[0]}\n" for row in rows))
    assert verify_audit.main([str(tmp_path / "psql.ndjson")]) == 0


@how(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.none() | TEXTS, min_size=18, max_size=18))
def test_hashes_of_events_are_the_same_in_sql_and_python(
    server: Any, template: str, values: list[str | None]
) -> None:
    with psycopg.connect(server.dsn_for(dbname=template)) as connection:
        row = connection.execute(
            "select sha256(convert_to(jsonb_build_array("
            + ", ".join(["%s::text"] * len(values))
            + ")::text, 'UTF8'))",
            values,
        ).fetchone()
    assert row is not None
    event = dict(zip(forms.FIELDS, values, strict=True))
    assert forms.event_hash(event) == row[0]
    assert verify_audit.event_hash(event) == row[0].hex()


@how(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(TEXTS, VALUES, max_size=5))
def test_contents_are_printed_the_same_in_sql_and_python(
    server: Any, template: str, body: dict[str, Any]
) -> None:
    with psycopg.connect(server.dsn_for(dbname=template)) as connection:
        row = connection.execute(
            "select b::text, json_build_object('body', b)::text, audit.payload_hash('\\x01', b)"
            " from (select %s::jsonb as b) as given",
            (json.dumps(body),),
        ).fetchone()
    assert row is not None
    printed, line, hashed = row
    read = json.loads(line, parse_float=verify_audit.Decimal)["body"]
    assert verify_audit.canonical(read) == printed
    assert verify_audit.is_hash_of(hashed.hex(), b"\x01", read)


@pytest.fixture
def as_operator(app: Flask, sandbox: SandboxHandle, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`flask audit ...` on this test's database."""
    held = keyring.current()
    settings = replace(app.config["SETTINGS"])
    app.config["SETTINGS"] = settings

    def run(*words: str) -> Any:
        return app.test_cli_runner().invoke(args=["audit", *words])

    yield run
    keyring.install(held)


def test_the_operators_commands_seal_verify_and_export(
    as_operator: Any, job: Job, superuser: Superuser, tmp_path: Path
) -> None:
    done = as_operator("checkpoint", "--practice", "seagrape")
    assert (done.exit_code, "1 checkpoints made" in done.output) == (0, True), done.output
    done = as_operator("verify")
    assert (done.exit_code, done.output.count("the log is what it was")) == (0, 3), done.output
    done = as_operator("export", "--out", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert verify_audit.main([str(tmp_path)]) == 0
    meddle(superuser, f"delete from audit.link where practice_id = '{job.practice_id}' and seq = 3")
    done = as_operator("verify", "--practice", "seagrape")
    assert (done.exit_code, "MISSING seq=3" in done.output) == (1, True), done.output
    assert as_operator("verify", "--practice", "nobody").exit_code == 1


def test_the_operator_hears_that_a_vendor_is_away(as_operator: Any, sandbox: SandboxHandle) -> None:
    sandbox.fault("s3", "status", 503)
    done = as_operator("verify", "--practice", "seagrape")
    assert done.exit_code == 2
    assert "does not answer" in done.output
