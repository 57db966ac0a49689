"""A real worker process: it works, it stops in order, and being killed costs nothing."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from shared.config import Settings
from shared.db import Context, open_session
from shared.queue import defer
from tests.integration.jobs.conftest import WorkerProcess, wait_for
from tests.integration.messaging.post import ask, notice, read, tell
from tests.people import Cast, PracticeOf
from tests.sandbox_process import SandboxHandle

StartWorker = Callable[..., WorkerProcess]
SIGN_IN = {"link": "/portal/sign-in/link#token", "code": "48219037"}


@pytest.fixture
def practice(cast: Cast) -> PracticeOf:
    return cast.seagrape


def jobs(settings: Settings, task: str) -> list[tuple[str, int]]:
    """(status, attempts) of every job of a task."""
    with psycopg.connect(settings.worker_dsn) as queue:
        return queue.execute(
            "select status::text, attempts from jobs.procrastinate_jobs where task_name = %s",
            [task],
        ).fetchall()


def heartbeats() -> list[Any]:
    with open_session(Context(None, "bedside_public", "test")) as session:
        return list(session.scalars(text("select worker from worker_heartbeat")))


def test_it_sends_ticks_beats_and_leaves_in_order(
    cast: Cast, settings: Settings, sandbox: SandboxHandle, start_worker: StartWorker
) -> None:
    practice = cast.seagrape
    worker = start_worker()
    dispatch_id = ask(practice)
    wait_for(lambda: read(practice, dispatch_id).status == "sent")
    assert len(sandbox.mails(practice.patients["ana"].email, count=1)) == 1
    wait_for(lambda: len(heartbeats()) == 1)
    # Each practice is asked for, once, however often the worker looks.
    wait_for(lambda: jobs(settings, "expire_holds") == [("succeeded", 1)] * 2)
    assert worker.stop() == 0
    assert heartbeats() == []
    log = worker.log.read_text()
    assert practice.patients["ana"].email not in log
    assert "dispatch_id" not in log
    done = [json.loads(line) for line in log.splitlines() if "job.done" in line]
    assert {"send_dispatch", "expire_holds"} <= {line["job"] for line in done}


def test_killed_while_sending_the_mail_goes_out_once(
    practice: PracticeOf, settings: Settings, sandbox: SandboxHandle, start_worker: StartWorker
) -> None:
    sandbox.fault("ses", "delay", 3, times=1)
    worker = start_worker()
    dispatch_id = ask(practice)
    # The rule is used up when the request has arrived; the answer comes two seconds later.
    wait_for(lambda: sandbox.get("/_sandbox/faults") == [])
    assert read(practice, dispatch_id).status == "sending"
    worker.kill()
    assert jobs(settings, "send_dispatch") == [("doing", 0)]
    start_worker()
    wait_for(lambda: read(practice, dispatch_id).status == "unknown")
    wait_for(lambda: jobs(settings, "send_dispatch") == [("succeeded", 2)])
    assert read(practice, dispatch_id).reason == "worker_stopped"
    mails = sandbox.mails(practice.patients["ana"].email, count=1)
    assert len(mails) == 1
    # The vendor's own word settles what nobody here could know.
    event = notice(practice, dispatch_id, "Delivery")
    event["mail"]["messageId"] = mails[0]["message_id"]
    tell(practice, event)
    assert read(practice, dispatch_id).status == "delivered"


def test_killed_in_the_middle_a_job_runs_again_elsewhere(
    practice: PracticeOf, settings: Settings, start_worker: StartWorker, tmp_path: Path
) -> None:
    marks = tmp_path / "marks"
    patient_id = practice.patients["ana"].id
    with open_session(practice.context()) as session:
        defer(session, "test_slow", lock="slow", folder=tmp_path, patient_id=patient_id)
    first = start_worker()
    wait_for(marks.exists)
    first.kill()
    start_worker()
    start_worker()
    wait_for(lambda: "ended" in marks.read_text())
    assert marks.read_text().split("\n") == [
        f"begun {patient_id}",
        f"begun {patient_id}",
        "ended",
        "",
    ]
    wait_for(lambda: jobs(settings, "test_slow") == [("succeeded", 2)])


def test_asked_to_stop_it_ends_what_it_began(
    practice: PracticeOf, settings: Settings, start_worker: StartWorker, tmp_path: Path
) -> None:
    marks = tmp_path / "marks"
    with open_session(practice.context()) as session:
        defer(session, "test_slow", folder=tmp_path, patient_id=practice.patients["ana"].id)
    worker = start_worker()
    wait_for(marks.exists)
    assert worker.stop() == 0
    assert "ended" in marks.read_text()
    assert jobs(settings, "test_slow") == [("succeeded", 1)]


def test_a_job_that_fails_is_tried_again(
    practice: PracticeOf, settings: Settings, start_worker: StartWorker, tmp_path: Path
) -> None:
    with open_session(practice.context()) as session:
        defer(session, "test_flaky", folder=tmp_path)
    worker = start_worker()
    wait_for(lambda: jobs(settings, "test_flaky") == [("succeeded", 2)])
    assert "TryLater" in worker.log.read_text()


def test_a_vendor_that_was_down_gets_the_mail_when_it_is_back(
    practice: PracticeOf, sandbox: SandboxHandle, start_worker: StartWorker
) -> None:
    sandbox.fault("ses", "status", 503, times=1)
    start_worker()
    dispatch_id = ask(practice, template="sign_in", context=SIGN_IN)
    wait_for(lambda: read(practice, dispatch_id).status == "sent")
    assert read(practice, dispatch_id).attempts == 2
    assert len(sandbox.mails(practice.patients["ana"].email, count=1)) == 1


def test_a_lost_database_is_waited_for(
    practice: PracticeOf, settings: Settings, database: str, start_worker: StartWorker
) -> None:
    worker = start_worker()
    wait_for(lambda: len(heartbeats()) == 1)
    name = sql.Identifier(database)
    with psycopg.connect(settings.database_url, autocommit=True) as admin:
        admin.execute(sql.SQL("alter database {} allow_connections false").format(name))
        end = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s"
        admin.execute(end, [database])
        time.sleep(4)
        assert worker.process.poll() is None
        admin.execute(sql.SQL("alter database {} allow_connections true").format(name))
    dispatch_id = ask(practice)
    wait_for(lambda: read(practice, dispatch_id).status == "sent")
    assert worker.stop() == 0


def test_work_cannot_be_asked_for_in_another_practices_name(cast: Cast) -> None:
    with pytest.raises(Exception, match="one practice"):  # noqa: SIM117 - two managers, one raise
        with open_session(cast.seagrape.context()) as session:
            session.execute(
                text("select jobs.defer('send_dispatch', cast(:args as jsonb), null, null, null)"),
                {"args": json.dumps({"practice_id": str(cast.ironbound.id)})},
            )


def test_once_it_does_what_is_due_without_passing_for_a_living_worker(
    cast: Cast, settings: Settings, sandbox: SandboxHandle, start_worker: StartWorker
) -> None:
    practice = cast.seagrape
    dispatch_id = ask(practice)
    worker = start_worker("--once")
    assert worker.process.wait(60) == 0
    assert read(practice, dispatch_id).status == "sent"
    assert len(sandbox.mails(practice.patients["ana"].email, count=1)) == 1
    # The schedules were asked for and done too; nobody was heard of all the while.
    assert jobs(settings, "expire_holds") == [("succeeded", 1)] * 2
    assert heartbeats() == []
    assert '"worker.once"' in worker.log.read_text()
