"""Erasure by retention: only what is past its time, only by the one function, and told."""

import io
import re
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared import clock
from shared.config import Settings
from shared.db import Context, open_session
from shared.jobs.registry import Job
from shared.proof.erasing import erase_log
from shared.proof.exporting import export_log
from shared.proof.sealing import seal_log
from shared.proof.verifying import verify_log
from tests.integration.proof.conftest import Superuser, meddle, something_happens
from tests.people import Cast
from tests.sandbox_process import SandboxHandle
from tools import verify_audit


@pytest.fixture(autouse=True)
def years(settings: Settings, sandbox: SandboxHandle) -> None:
    """The log's clock follows ours, so that a test may live through years; so does the lock's."""
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("select audit.believe_sandbox_clock(true)")


def later(years: float) -> datetime:
    return clock.now() + timedelta(days=365.25 * years)


def contents(job: Job) -> dict[str, int]:
    """How many entries of each kind have contents."""
    with job.session() as session:
        rows = session.execute(
            text(
                "select e.kind, count(*) from audit.payload p join audit.event e"
                " on e.id = p.event_id group by e.kind"
            )
        )
        return {row.kind: row.count for row in rows}


def test_nothing_young_is_erased(job: Job, cast: Cast) -> None:
    something_happens(cast)
    before = contents(job)
    assert erase_log(job) == 0
    with clock.freeze(later(5.9)):
        assert erase_log(job) == 0
    assert contents(job) == before


def test_what_is_past_its_time_goes_and_the_log_still_verifies(
    job: Job, cast: Cast, tmp_path: Path
) -> None:
    something_happens(cast, 3)
    seal_log(job, at_once=True)
    before = contents(job)
    with clock.freeze(later(6.1)):
        assert erase_log(job) == before["act"]
        assert erase_log(job) == 0
        # Medical images are kept a year longer, and the newest of a row as long as the row.
        assert contents(job)["write"] == before["write"]
    with clock.freeze(later(7.1)):
        assert erase_log(job) == 3
        verify_log(job)
        export_log(job, tmp_path, reason="test")
    told = io.StringIO()
    with redirect_stdout(told):
        assert verify_audit.main([str(tmp_path)]) == 0, told.getvalue()
    assert f"{before['act'] + 3} entries have no contents any more" in told.getvalue()


def test_a_patient_who_was_here_lately_keeps_the_whole_record(job: Job, cast: Cast) -> None:
    something_happens(cast, 2)
    before = contents(job)["write"]
    with clock.freeze(later(3)):
        something_happens(cast)
    with clock.freeze(later(7.5)):
        erase_log(job)
        assert contents(job)["write"] == before + 1
    with clock.freeze(later(10.1)):
        assert erase_log(job) > 0
        assert contents(job)["write"] == before - 2


def test_the_log_says_what_was_erased(job: Job) -> None:
    with clock.freeze(later(6.1)):
        count = erase_log(job)
    with job.session() as session:
        body = session.scalar(
            text(
                "select body from audit.payload p join audit.event e on e.id = p.event_id"
                " where e.action = 'payload.erased'"
            )
        )
    assert body["count"] == count
    assert re.fullmatch(r"[\d,-]+", body["entries"])


def test_the_telling_itself_is_never_erased(job: Job) -> None:
    with clock.freeze(later(6.1)):
        erase_log(job)
    with clock.freeze(later(40)):
        erase_log(job)
        verify_log(job)


def test_changing_the_class_of_a_payload_opens_nothing(
    job: Job, cast: Cast, superuser: Superuser
) -> None:
    something_happens(cast, 2)
    before = contents(job)["write"]
    meddle(superuser, "update audit.payload set retention = 'security'")
    with clock.freeze(later(6.5)):
        erase_log(job)
    assert contents(job)["write"] == before


@pytest.mark.parametrize("setting", ["", "yes"])
def test_a_payload_is_not_deleted_directly(superuser: Superuser, setting: str) -> None:
    with superuser.transaction(force_rollback=True):
        superuser.execute("select set_config('audit.erasing', %s, true)", (setting,))
        superuser.execute("set local role bedside_audit")
        with pytest.raises(psycopg.DatabaseError, match="append-only"), superuser.transaction():
            superuser.execute("delete from audit.payload")


def test_an_erasure_that_was_never_told_is_found(
    job: Job, cast: Cast, superuser: Superuser, tmp_path: Path
) -> None:
    seal_log(job, at_once=True)
    meddle(superuser, "delete from audit.payload where kind = 'act'")
    export_log(job, tmp_path, reason="test")
    assert verify_audit.main([str(tmp_path)]) == 1


@pytest.mark.parametrize("role", ["bedside_manager", "bedside_auditor"])
def test_no_other_role_erases(job: Job, role: str) -> None:
    context = Context(job.practice_id, role, "test")
    with pytest.raises(DBAPIError, match="permission denied"), open_session(context) as session:
        session.execute(text("select audit.erase_payload(1)"))
