"""The drill that production holds by schedule: RDS is played, the copy of the database is real."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import boto3
import psycopg
import pytest
from click.testing import Result
from flask import Flask
from psycopg import sql
from sqlalchemy import select

from shared import clock
from shared.adapters.ground.clusters import Clusters
from shared.adapters.ground.throwaway import Throwaway
from shared.cli import cluster_drill
from shared.cli.restored import STILL_OPEN
from shared.config import Settings
from shared.db import db
from shared.jobs.proof import sign_restore_report
from shared.jobs.registry import Job
from shared.models.log_verification import LogVerification
from shared.proof.forms import PLATFORM
from tests.integration.proof.conftest import BUCKET, meddle, objects, something_happens
from tests.integration.proof.test_restore import set_back
from tests.people import Cast
from tests.rds import BACK, SOURCE, PlayedRds
from tools.postgres import Server


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, database_cluster=SOURCE)


@pytest.fixture
def copy(server: Server, database: str, app: Flask) -> Iterator[str]:
    """The name of a copy of the database as it is now; removed afterwards."""
    name = f"{database}_back"
    yield name
    with psycopg.connect(server.dsn_for(), autocommit=True) as admin:
        words = sql.SQL("drop database if exists {} with (force)")
        admin.execute(words.format(sql.Identifier(name)))


@pytest.fixture
def rds(
    server: Server,
    database: str,
    copy: str,
    settings: Settings,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> PlayedRds:
    """RDS, whose restore brings a copy of this test's database as it stands at that call.

    The moment lies beyond what is still open, so that all there is has to be in the copy.
    """
    played = PlayedRds(clock.now() + STILL_OPEN + timedelta(minutes=1))

    def restored() -> None:
        db.engine.dispose()
        with psycopg.connect(server.dsn_for(), autocommit=True) as admin:
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s",
                (database,),
            )
            words = sql.SQL("create database {} template {} strategy file_copy")
            admin.execute(words.format(sql.Identifier(copy), sql.Identifier(database)))

    def beside(given: Settings, host: str) -> Settings:
        assert host.startswith(BACK)
        return replace(
            given,
            worker_dsn=server.dsn_for("bedside_worker", copy),
            owner_dsn=server.dsn_for("bedside_owner", copy),
        )

    played.restored = restored
    for adapter in (Clusters, Throwaway):
        monkeypatch.setattr(adapter, "_client", played)
    monkeypatch.setattr(cluster_drill, "beside", beside)
    monkeypatch.setattr(cluster_drill, "POLL", 0.0)
    something_happens(cast, 3)
    return played


def spoil(rds: PlayedRds, server: Server, name: str, *statements: str) -> None:
    """The copy comes back otherwise than it was."""
    whole = rds.restored

    def restored() -> None:
        whole()
        with psycopg.connect(server.dsn_for(dbname=name), autocommit=True) as superuser:
            superuser.execute("alter table patient disable trigger all")
            meddle(superuser, *statements)

    rds.restored = restored


def held(app: Flask) -> Result:
    return app.test_cli_runner().invoke(args=["drill", "cluster"])


def noted(job: Job) -> LogVerification | None:
    with job.session() as session:
        return session.scalars(
            select(LogVerification)
            .where(
                LogVerification.practice_id == job.practice_id, LogVerification.kind == "restore"
            )
            .order_by(LogVerification.finished_at.desc())
        ).first()


def platform(settings: Settings) -> Job:
    return Job("test", PLATFORM, settings)


def test_a_whole_copy_is_identical_noted_everywhere_and_thrown_away(
    app: Flask, rds: PlayedRds, job: Job, cast: Cast, settings: Settings
) -> None:
    whole = rds.restored

    def restored() -> None:
        whole()
        something_happens(cast, 2)  # the practice goes on working

    rds.restored = restored
    rds.clusters[SOURCE]["LatestRestorableTime"] = clock.now()
    done = held(app)
    assert done.exit_code == 0, done.output
    assert "identical" in done.output
    assert "NOT" not in done.output
    assert set(rds.clusters) == {SOURCE}
    assert rds.instances == {}
    for each in (job, Job("test", cast.ironbound.id, settings), platform(settings)):
        row = noted(each)
        assert row is not None
        assert row.outcome == "passed"
        assert row.details["rows"] > 0
        assert row.details["entries"] > 0
    ours = noted(job)
    assert ours is not None
    assert "differences" not in ours.details


def test_the_platform_s_note_is_signed_by_a_job_once(
    app: Flask, rds: PlayedRds, settings: Settings
) -> None:
    assert held(app).exit_code == 0
    work = platform(settings)
    row = noted(work)
    assert row is not None
    with psycopg.connect(settings.owner_dsn) as owner:
        found = owner.execute(
            "select args ->> 'verification_id' from jobs.procrastinate_jobs"
            " where task_name = 'sign_restore_report'"
        ).fetchall()
    assert found == [(str(row.id),)]
    for _ in range(2):
        sign_restore_report(work, row.id)
    [place] = objects(f"{PLATFORM}/drills/")
    kept = boto3.client("s3").get_object(Bucket=BUCKET, Key=place)["Body"].read()
    assert b"signature" in kept
    assert b"identical" in kept


def test_a_row_that_is_not_what_the_log_says_is_found_without_its_value(
    app: Flask, rds: PlayedRds, server: Server, copy: str, job: Job, settings: Settings
) -> None:
    spoil(rds, server, copy, "update patient set given_name = 'Zed' where given_name = 'Ana'")
    done = held(app)
    assert done.exit_code == 1
    assert "NOT identical" in done.output
    assert "patient" in done.output
    assert "Zed" not in done.output
    assert set(rds.clusters) == {SOURCE}, "thrown away all the same"
    ours, whole = noted(job), noted(platform(settings))
    assert ours is not None
    assert whole is not None
    assert (ours.outcome, whole.outcome) == ("failed", "failed")
    # A practice is told that, not whose row it was: the drill is held for all of them at once.
    assert ours.details["found"] == [{"sentence": "1 differences; the operator has the report."}]
    assert "differs from the log" in whole.details["found"][0]["sentence"]


def test_entries_that_were_committed_and_are_not_in_the_copy_are_missed(
    app: Flask, rds: PlayedRds, server: Server, copy: str, job: Job, cast: Cast
) -> None:
    whole = rds.restored

    def restored() -> None:
        whole()
        with psycopg.connect(server.dsn_for(dbname=copy), autocommit=True) as superuser:
            superuser.execute("alter table patient disable trigger all")
            set_back(superuser, job, 5)

    rds.restored = restored
    done = held(app)
    assert done.exit_code == 1
    assert "was cut off the end" in done.output


def test_an_entry_that_was_rewritten_is_found(
    app: Flask, rds: PlayedRds, server: Server, copy: str
) -> None:
    spoil(rds, server, copy, "update audit.payload set body = '{}' where kind = 'act'")
    done = held(app)
    assert done.exit_code == 1
    assert "changed" in done.output


def test_a_copy_of_another_schema_is_not_judged(
    app: Flask, rds: PlayedRds, server: Server, copy: str, job: Job
) -> None:
    spoil(rds, server, copy, "update alembic_version set version_num = '0001'")
    done = held(app)
    assert done.exit_code == 2
    assert "schema is 0001" in done.output
    assert noted(job) is None


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("restore_db_cluster_to_point_in_time", "AccessDenied"),
        ("create_db_instance", "InsufficientDBInstanceCapacity"),
    ],
)
def test_what_cannot_be_held_is_said_and_nothing_is_known(
    app: Flask, rds: PlayedRds, job: Job, operation: str, code: str
) -> None:
    rds.troubles[operation] = code
    done = held(app)
    assert done.exit_code == 2
    assert code in done.output
    assert set(rds.clusters) == {SOURCE}
    assert noted(job) is None


def test_a_cluster_that_never_comes_is_given_up(
    app: Flask, rds: PlayedRds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_drill, "WAIT", 0.2)
    rds.stuck = True
    done = held(app)
    assert done.exit_code == 2
    assert "took_too_long" in done.output
    # It could not be removed while it was being made: the sweep finds it tomorrow.
    assert BACK in rds.clusters


def test_without_a_moment_there_is_nothing_to_set_back_to(app: Flask, rds: PlayedRds) -> None:
    del rds.clusters[SOURCE]["LatestRestorableTime"]
    done = held(app)
    assert done.exit_code == 2
    assert "no_moment" in done.output
    assert rds.orders() == []


def test_what_an_earlier_drill_left_is_removed_first(app: Flask, rds: PlayedRds) -> None:
    rds.clusters[BACK] = left_behind(hours=30)
    done = held(app)
    assert done.exit_code == 0, done.output
    assert rds.orders()[0] == "delete_db_cluster"
    assert set(rds.clusters) == {SOURCE}


def test_a_second_drill_does_not_take_the_first_one_s_cluster_away(
    app: Flask, rds: PlayedRds
) -> None:
    rds.clusters[BACK] = left_behind(hours=1)
    done = held(app)
    assert done.exit_code == 2
    assert "at_work" in done.output
    assert rds.orders() == []


def test_one_that_was_quicker_keeps_what_it_made(app: Flask, rds: PlayedRds) -> None:
    """Between the question and the order somebody else has ordered the same."""
    rds.troubles["restore_db_cluster_to_point_in_time"] = "DBClusterAlreadyExistsFault"
    done = held(app)
    assert done.exit_code == 2
    assert not [name for name in rds.orders() if name.startswith("delete")]


def test_a_cluster_of_that_name_that_is_not_ours_stays(app: Flask, rds: PlayedRds) -> None:
    rds.clusters[BACK] = left_behind(hours=30) | {"TagList": []}
    done = held(app)
    assert done.exit_code == 2
    assert BACK in rds.clusters
    assert rds.orders() == []


def left_behind(*, hours: int) -> dict[str, object]:
    return {
        "DBClusterIdentifier": BACK,
        "Status": "available",
        "DeletionProtection": False,
        "ClusterCreateTime": clock.now() - timedelta(hours=hours),
        "TagList": [{"Key": "Purpose", "Value": "restore-drill"}],
    }


@pytest.mark.parametrize(
    ("hours", "words", "stays"),
    [(0, "Nothing was left behind", False), (1, "at work", True), (30, "is gone", False)],
)
def test_the_sweep_removes_what_belongs_to_no_drill(
    app: Flask, rds: PlayedRds, hours: int, words: str, stays: bool
) -> None:
    if hours:
        rds.clusters[BACK] = left_behind(hours=hours)
    done = app.test_cli_runner().invoke(args=["drill", "sweep"])
    assert done.exit_code == 0, done.output
    assert words in done.output
    assert (BACK in rds.clusters) is stays


def test_a_sweep_that_cannot_is_told(app: Flask, rds: PlayedRds) -> None:
    rds.clusters[BACK] = left_behind(hours=30) | {"TagList": []}
    done = app.test_cli_runner().invoke(args=["drill", "sweep"])
    assert done.exit_code == 1
    assert "does not go" in done.output


def test_where_there_is_no_cluster_neither_does_anything(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        app.config, "SETTINGS", replace(app.config["SETTINGS"], database_cluster="")
    )
    assert held(app).exit_code == 2
    done = app.test_cli_runner().invoke(args=["drill", "sweep"])
    assert done.exit_code == 0
    assert "nothing to sweep" in done.output


def test_the_restored_one_is_another_host_with_all_else_alike(settings: Settings) -> None:
    cloud = "postgresql://bedside_{0}@live.example:5432/bedside?sslmode=verify-full"
    given = replace(settings, worker_dsn=cloud.format("worker"), owner_dsn=cloud.format("owner"))
    back = cluster_drill.beside(given, "back.example")
    assert back.worker_dsn == cloud.format("worker").replace("live", "back")
    assert back.owner_dsn == cloud.format("owner").replace("live", "back")
