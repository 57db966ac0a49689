"""The nightly archive: a day once, late runs, runs that died, and what it says a month later."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import boto3
import psycopg
import pytest
from sqlalchemy import text

from shared import clock
from shared.adapters.storage.s3 import StorageUnavailable
from shared.config import Settings
from shared.jobs.registry import Job
from shared.proof import archiving
from shared.proof.archiving import archive_log
from shared.proof.verifying import verify_log
from shared.proof.work import LogBroken
from tests.integration.proof.conftest import BUCKET, Superuser, meddle, objects, something_happens
from tests.people import Cast
from tests.sandbox_process import SandboxHandle


@pytest.fixture(autouse=True)
def days(settings: Settings, sandbox: SandboxHandle) -> None:
    """The log's clock follows ours, so that a test may live through several days."""
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("select audit.believe_sandbox_clock(true)")


def tomorrow(days: int = 1, hour: int = 12) -> datetime:
    """Some days from now, at an hour of UTC. The sandbox's clock stays: it only locks."""
    later = clock.now().astimezone(UTC) + timedelta(days=days)
    return later.replace(hour=hour, minute=0)


def noted(job: Job) -> list[tuple[int, int]]:
    with job.session() as session:
        rows = session.execute(
            text("select first_seq, last_seq from audit.archive order by on_date")
        )
        return [(row.first_seq, row.last_seq) for row in rows]


def stored(key: str) -> list[dict[str, object]]:
    body = boto3.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()
    return [json.loads(line) for line in gzip.decompress(body).splitlines()]


def test_a_day_is_archived_once_it_is_over(job: Job, cast: Cast) -> None:
    assert archive_log(job) == 0
    with clock.freeze(tomorrow()):
        assert archive_log(job) == 1
        assert archive_log(job) == 0
    [(first, last)] = noted(job)
    [key] = objects(f"{job.practice_id}/archive/")
    assert key.endswith(".ndjson.gz")
    lines = stored(key)
    assert [line["seq"] for line in lines] == list(range(first, last + 1))
    assert all(line["payload"] for line in lines)
    head = boto3.client("s3").head_object(Bucket=BUCKET, Key=key)
    assert head["ObjectLockMode"] == "COMPLIANCE"
    assert head["ServerSideEncryption"] == "aws:kms"


def test_late_runs_catch_up_and_no_entry_falls_between_days(job: Job, cast: Cast) -> None:
    for day in (1, 2, 5):
        with clock.freeze(tomorrow(day)):
            something_happens(cast)
    with clock.freeze(tomorrow(9)):
        assert archive_log(job) == 4
        assert archive_log(job) == 0
        ranges = noted(job)
        assert [first for first, _ in ranges] == [1, *(last + 1 for _, last in ranges[:-1])]
        runs = {run.kind: run for run in verify_log(job)}
    assert runs["archive"].report.counts["archives"] == 4


def test_midnight_waits_for_what_is_still_being_written(job: Job, cast: Cast) -> None:
    local = clock.now().astimezone(archiving.ZoneInfo("America/New_York"))
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    with clock.freeze(midnight + timedelta(minutes=10)):
        assert archive_log(job) == 0
    with clock.freeze(midnight + timedelta(minutes=16)):
        assert archive_log(job) == 1


def test_a_run_that_died_after_storing_is_taken_up(
    job: Job, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with clock.freeze(tomorrow()), monkeypatch.context() as killed:
        killed.setattr(archiving, "_note", die)
        with pytest.raises(KeyboardInterrupt):
            archive_log(job)
    assert noted(job) == []
    something_happens(cast)  # on the day that is stored already
    with clock.freeze(tomorrow()):
        assert archive_log(job) == 1
        [(_, last)] = noted(job)
        [key] = objects(f"{job.practice_id}/archive/")
        assert stored(key)[-1]["seq"] == last
    with clock.freeze(tomorrow(3)):
        assert archive_log(job) == 1
        assert noted(job)[-1][0] == last + 1


def test_a_days_place_taken_by_something_else_is_loud(job: Job) -> None:
    with clock.freeze(tomorrow()):
        local = clock.now().astimezone(archiving.ZoneInfo("America/New_York"))
        place = f"{job.practice_id}/archive/{local.date() - timedelta(days=1)}.ndjson.gz"
        boto3.client("s3").put_object(Bucket=BUCKET, Key=place, Body=gzip.compress(b"{}\n"))
        with pytest.raises(LogBroken):
            archive_log(job)


def test_a_store_that_is_away_is_asked_again(job: Job, sandbox: SandboxHandle) -> None:
    with clock.freeze(tomorrow()):
        sandbox.fault("s3", "status", 503)
        with pytest.raises(StorageUnavailable):
            archive_log(job)
        sandbox.fault("s3", "off")
        assert archive_log(job) == 1


@pytest.mark.parametrize("harm", ["gone", "other", "garbage", "unlocked"])
def test_an_archive_that_is_not_what_it_was_is_named(job: Job, harm: str) -> None:
    with clock.freeze(tomorrow()):
        archive_log(job)
        [key] = objects(f"{job.practice_id}/archive/")
        store = boto3.client("s3")
        body = store.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        if harm == "gone":
            store.delete_object(Bucket=BUCKET, Key=key)
        else:
            text_ = {"other": gzip.compress(b"{}\n"), "garbage": b"x", "unlocked": body}[harm]
            store.put_object(Bucket=BUCKET, Key=key, Body=text_)
        with pytest.raises(LogBroken) as broken:
            verify_log(job)
    assert {(one.kind, one.seq) for one in broken.value.findings} == {("archive", 1)}


def test_an_entry_changed_since_is_not_what_the_archive_holds(
    job: Job, superuser: Superuser
) -> None:
    with clock.freeze(tomorrow()):
        archive_log(job)
        meddle(
            superuser,
            f"delete from audit.link where practice_id = '{job.practice_id}' and seq = 3",
        )
        with pytest.raises(LogBroken) as broken:
            verify_log(job)
    assert ("archive", 3) in {(one.kind, one.seq) for one in broken.value.findings}
