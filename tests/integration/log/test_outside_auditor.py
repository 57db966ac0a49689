"""Somebody who connects as bedside_auditor: reads the log, changes nothing, sees no secret."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from tests.people import Cast
from tools import postgres, verify_audit

Outside = psycopg.Connection[tuple[object, ...]]
# What an auditor may read at all; row-level security keeps to the practice that was named.
READABLE = {"practice", "account", "role_grant", "log_verification", "retention"}
SECRETS = {
    "web_session",
    "recovery_code",
    "staff_invitation",
    "passkey",
    "sign_in_attempt",
    "data_key",
}


@pytest.fixture
def outside(server: postgres.Server, database: str, cast: Cast) -> Iterator[Outside]:
    """A connection under the login itself, asking about Seagrape."""
    with psycopg.connect(server.dsn_for("bedside_auditor", database), autocommit=True) as found:
        found.execute(f"set app.practice_id = '{cast.seagrape.id}'".encode())
        yield found


def count(outside: Outside, table: str) -> int:
    row = outside.execute(f"select count(*) from {table}".encode()).fetchone()
    assert row is not None
    return int(str(row[0]))


def test_the_log_is_read_and_verified_with_psql_alone(
    outside: Outside, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert count(outside, "event") > 0
    rows = outside.execute("select line from line order by seq").fetchall()
    (tmp_path / "lines.ndjson").write_text("".join(f"{row[0]}\n" for row in rows))
    assert verify_audit.main([str(tmp_path / "lines.ndjson")]) == 0
    assert "The log is what it was" in capsys.readouterr().out


def test_without_a_practice_there_is_nothing(server: postgres.Server, database: str) -> None:
    with psycopg.connect(server.dsn_for("bedside_auditor", database)) as nobody:
        for table in ("audit.event", "audit.payload", "audit.line", "account", "practice"):
            assert count(nobody, table) == 0


def test_secrets_and_records_are_not_there(outside: Outside) -> None:
    """Every table there is: readable as listed, or refused, or empty."""
    names = outside.execute(
        "select relname from pg_class where relnamespace = 'public'::regnamespace"
        " and relkind in ('r', 'v', 'p')"
    ).fetchall()
    seen = set()
    for (name,) in names:
        try:
            if count(outside, f"public.{name}"):
                seen.add(name)
        except psycopg.errors.InsufficientPrivilege:
            continue
    assert seen <= READABLE
    for name in SECRETS:
        row = outside.execute(
            "select has_any_column_privilege('bedside_auditor', %s, 'select')", (f"public.{name}",)
        ).fetchone()
        assert row == (False,), name


def test_of_accounts_only_those_who_work_here(outside: Outside, cast: Cast) -> None:
    rows = {row[0] for row in outside.execute("select id from account").fetchall()}
    assert rows == {person.account_id for person in cast.seagrape.staff.values()}


@pytest.mark.parametrize(
    "attempt",
    [
        "delete from event",
        "update practice set name = 'x'",
        (
            "insert into public.idempotency_key select (jsonb_populate_record("
            "null::public.idempotency_key,"
            " jsonb_build_object('practice_id', current_setting('app.practice_id')))).*"
        ),
        "select audit.note('act', 'log.read', 'event', null, null, '{}')",
        (
            "select jobs.defer('verify_log', jsonb_build_object('practice_id',"
            " current_setting('app.practice_id')), now(), null, null)"
        ),
        "set role bedside_job",
        "set role bedside_manager",
        "select * from jobs.procrastinate_jobs",
        "create table public.mine (id int)",
    ],
)
def test_nothing_is_changed_or_asked_for(outside: Outside, attempt: str) -> None:
    # What stops it must be a right, not the read-only default, which a session may lift.
    outside.execute("set default_transaction_read_only = off")
    refusal = "permission denied|row-level security|from outside reads|append-only"
    with pytest.raises(psycopg.DatabaseError, match=refusal):
        outside.execute(attempt.encode())


def test_a_password_is_given_for_some_days_and_taken_again(
    app: Flask, server: postgres.Server, cast: Cast
) -> None:
    run = app.test_cli_runner().invoke
    try:
        done = run(args=["db", "auditor", "--practice", "seagrape", "--days", "3"])
        assert (done.exit_code, "shown once" in done.output) == (0, True), done.output
        with psycopg.connect(server.dsn_for()) as admin:
            row = admin.execute(
                "select rolcanlogin, rolpassword like 'SCRAM-SHA-256%%',"
                " rolvaliduntil - now() between interval '2 days' and interval '3 days'"
                " from pg_authid where rolname = 'bedside_auditor'"
            ).fetchone()
            assert row == (True, True, True)
        assert run(args=["db", "auditor", "--practice", "nobody"]).exit_code == 1
        assert run(args=["db", "auditor", "--days", "400"]).exit_code == 2
        assert run(args=["db", "auditor", "--end"]).exit_code == 0
        with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
            psycopg.connect(server.dsn_for("bedside_auditor"))
    finally:
        with psycopg.connect(server.dsn_for(), autocommit=True) as admin:
            admin.execute("alter role bedside_auditor login valid until 'infinity'")


def test_a_new_connection_begins_with_the_practice_named(
    app: Flask, server: postgres.Server, database: str, cast: Cast
) -> None:
    done = app.test_cli_runner().invoke(args=["db", "auditor", "--practice", "seagrape"])
    assert done.exit_code == 0, done.output
    with psycopg.connect(server.dsn_for("bedside_auditor", database)) as outside:
        assert count(outside, "event") > 0
        assert outside.execute("show search_path").fetchone() == ("audit, public",)
        assert outside.execute("show transaction_read_only").fetchone() == ("on",)
