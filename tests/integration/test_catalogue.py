"""The database's own account of who may do what, compared with a file that a reviewer has read.

When a migration changes it on purpose: `pytest tests/integration/test_catalogue.py --accept`, and
read the difference before committing it.
"""

import psycopg
import pytest
from sqlalchemy import text

from shared.db import open_session
from shared.events import UNLOGGED
from shared.preflight.catalogue import GOLDEN, differences, read_catalogue
from tests.people import Cast
from tools import postgres

# Tables whose rows come and go too fast to be a record; everything else is logged.
EXEMPT = {"alembic_version", "retention"} | UNLOGGED
# Tables that belong to no practice: the directory, the hosts, and housekeeping.
WITHOUT_PRACTICE = {
    "alembic_version", "retention", "practice", "practice_host", "practitioner", "busy_time",
    "worker_heartbeat", "schedule_tick", "mail_count",
}  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(server: postgres.Server, template: str) -> list[str]:
    """The lines of the account."""
    with psycopg.connect(server.dsn_for(dbname=template)) as admin:
        return read_catalogue(lambda question: admin.execute(question.encode()).fetchall())


def test_the_catalogue_is_as_reviewed(catalogue: list[str], request: pytest.FixtureRequest) -> None:
    found = "\n".join(catalogue) + "\n"
    if request.config.getoption("--accept"):
        GOLDEN.write_text(found)
    assert found == GOLDEN.read_text()


def test_every_table_is_forced_under_row_security(catalogue: list[str]) -> None:
    bare = [
        line
        for line in catalogue
        if line.startswith("table ")
        and "rls=t forced=t" not in line
        and not any(name in line for name in ("alembic_version", "retention", "audit.setting"))
    ]
    assert bare == []


def test_every_record_is_logged(catalogue: list[str]) -> None:
    tables = {
        line.split()[1].removeprefix("public.")
        for line in catalogue
        if line.startswith("table public.")
    }
    logged = {
        line.split()[3].removeprefix("public.")
        for line in catalogue
        if line.startswith("trigger log_writes") and "enabled=A" in line
    }
    assert tables - logged == EXEMPT & tables
    assert not EXEMPT & logged


def test_nobody_may_delete_a_record(catalogue: list[str]) -> None:
    for line in catalogue:
        if line.startswith("grant ") and "DELETE" in line:
            name = line.split(" on public.")[1].split()[0]
            assert name in EXEMPT, line


def test_every_practice_row_is_fenced_by_its_practice(catalogue: list[str]) -> None:
    for line in catalogue:
        if not line.startswith("policy public.") or "to bedside_owner" in line:
            continue
        # A restrictive policy only takes away from what the fenced ones give.
        if " restrictive " in line:
            continue
        name = line.split()[1].removeprefix("public.")
        if name not in WITHOUT_PRACTICE:
            assert "practice_id = (NULLIF(current_setting('app.practice_id'" in line, line


def test_the_worker_reads_the_same_account(cast: Cast, catalogue: list[str]) -> None:
    with open_session(cast.seagrape.context()) as session:
        found = read_catalogue(lambda question: session.execute(text(question.replace(":", "\\:"))))
    assert found == catalogue
    assert differences(found) == []


def test_a_grant_that_nobody_reviewed_is_named(
    server: postgres.Server, database: str, cast: Cast
) -> None:
    with psycopg.connect(server.dsn_for(dbname=database)) as admin:
        admin.execute("grant delete on appointment to bedside_web")
        admin.execute("revoke select on appointment from bedside_patient")
    with open_session(cast.seagrape.context()) as session:
        found = read_catalogue(lambda question: session.execute(text(question.replace(":", "\\:"))))
    assert "+ grant DELETE on public.appointment to bedside_web" in differences(found)
    gone = [line for line in differences(found) if line.startswith("- grant")]
    assert any(line.endswith("on public.appointment to bedside_patient") for line in gone)


def test_nobody_but_the_owner_may_make_anything(catalogue: list[str]) -> None:
    for line in catalogue:
        if line.startswith("schema ") and not line.endswith(("bedside_owner", "bedside_audit")):
            assert "create" not in line, line
        if line.startswith("role bedside_"):
            for power in ("super=t", "createdb=t", "createrole=t", "bypassrls=t", "replication=t"):
                assert power not in line, line
