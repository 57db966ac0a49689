"""The real worker keeps the proof of the log, also when it is killed in the middle of it."""

import time
from collections.abc import Callable

import boto3
import psycopg
import pytest

from shared.config import Settings
from shared.db import Context, open_session
from shared.events import act
from shared.models.patient import Patient
from shared.proof.forms import PLATFORM, read_sealed
from tests.integration.jobs.conftest import WorkerProcess, wait_for
from tests.people import DOOR, Cast
from tests.sandbox_process import SandboxHandle
from tools.postgres import Server

StartWorker = Callable[[], WorkerProcess]
BUCKET = "bedside-archive"


def something_happens(cast: Cast) -> None:
    ana = cast.seagrape.patients["ana"]
    with open_session(cast.seagrape.context()) as session:
        patient = session.get(Patient, (ana.practice_id, ana.id), execution_options=DOOR)
        assert patient is not None
        patient.state = "GA" if patient.state != "GA" else "FL"
        act(session, "patient.updated", target=patient, patient_id=ana.id)


@pytest.fixture
def sealed(server: Server, database: str) -> Callable[[object], list[tuple[int, int]]]:
    """The ranges that were noted as sealed, in order."""

    def read(practice_id: object) -> list[tuple[int, int]]:
        with psycopg.connect(server.dsn_for(dbname=database)) as admin:
            rows = admin.execute(
                "select first_seq, last_seq from audit.checkpoint"
                " where practice_id = %s order by first_seq",
                (practice_id,),
            )
            return [(int(row[0]), int(row[1])) for row in rows]

    return read


Sealed = Callable[[object], list[tuple[int, int]]]


def test_every_practice_and_the_platform_are_sealed(
    cast: Cast, sealed: Sealed, start_worker: StartWorker
) -> None:
    with open_session(Context(PLATFORM, "bedside_job", "job")) as session:
        act(session, "schema.migrated", target=("schema", None), revision="0000")
    start_worker()
    for practice_id in (cast.seagrape.id, cast.ironbound.id, PLATFORM):
        wait_for(lambda who=practice_id: sealed(who))


def test_a_worker_killed_while_sealing_leaves_one_chain(
    cast: Cast,
    settings: Settings,
    sandbox: SandboxHandle,
    sealed: Sealed,
    start_worker: StartWorker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for variable, value in sandbox.env.items():
        if variable.startswith("AWS_"):
            monkeypatch.setenv(variable, value)
    for pause in (2.2, 2.6, 3.0):
        something_happens(cast)
        with psycopg.connect(settings.worker_dsn) as due:
            due.execute("set local role bedside_job")
            due.execute("update schedule_tick set ticked_at = ticked_at - interval '1 day'")
        worker = start_worker()
        time.sleep(pause)
        worker.kill()
    start_worker()
    wait_for(lambda: sealed(cast.seagrape.id))
    ranges = sealed(cast.seagrape.id)
    assert [first for first, _ in ranges] == [1, *(last + 1 for _, last in ranges[:-1])]
    store = boto3.client("s3")
    listed = store.list_objects_v2(Bucket=BUCKET, Prefix=f"{cast.seagrape.id}/checkpoints/")
    before = None
    for entry, (first, last) in zip(listed["Contents"], ranges, strict=True):
        one = read_sealed(store.get_object(Bucket=BUCKET, Key=entry["Key"])["Body"].read())
        assert (one.checkpoint.first_seq, one.checkpoint.last_seq) == (first, last)
        assert one.holds_together
        assert one.checkpoint.previous_hash == before
        before = one.checkpoint.hash
