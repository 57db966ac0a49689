"""The proof's tests live with a sandbox of their own and write as the worker's login does."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import psycopg
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from shared.config import Settings
from shared.db import db, open_session
from shared.events import act
from shared.jobs.registry import Job
from shared.models.patient import Patient
from tests.conftest import make_app, make_settings
from tests.people import DOOR, Cast, load_cast
from tests.sandbox_process import SandboxHandle, start_sandbox
from tools.postgres import Server

BUCKET = "bedside-archive"
Superuser = psycopg.Connection[tuple[object, ...]]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    handle = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield handle
    handle.stop()


@pytest.fixture
def sandbox(running: SandboxHandle, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxHandle]:
    for name, value in running.env.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    yield running
    for service in ("kms", "s3"):
        running.fault(service, "off")
    running.reset()


@pytest.fixture
def settings(server: Server, database: str, tmp_path: Path, sandbox: SandboxHandle) -> Settings:
    return replace(make_settings(server, database, tmp_path), archive_bucket=BUCKET)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = make_app(settings, process="worker")
    with app.app_context():
        yield app
        db.engine.dispose()


@pytest.fixture
def cast(app: Flask) -> Cast:
    return load_cast()


@pytest.fixture
def job(cast: Cast, settings: Settings) -> Job:
    """A job of Seagrape Medical."""
    return Job("test", cast.seagrape.id, settings)


@pytest.fixture
def superuser(server: Server, database: str) -> Iterator[Superuser]:
    """Somebody who can switch the triggers off."""
    with psycopg.connect(server.dsn_for(dbname=database), autocommit=True) as connection:
        yield connection


TABLES = ("checkpoint", "archive", "fork", "link", "payload", "event")


def meddle(superuser: Superuser, *statements: str) -> None:
    """Run statements with the log's triggers off, and leave no trace of that."""
    with superuser.transaction():
        for table in TABLES:
            superuser.execute(f"alter table audit.{table} disable trigger all".encode())
        for statement in statements:
            superuser.execute(statement.encode())
        for table, trigger in superuser.execute(
            "select tgrelid::regclass::text, tgname from pg_trigger"
            " where not tgisinternal and tgrelid::regclass::text like 'audit.%'"
        ).fetchall():
            superuser.execute(f"alter table {table} enable always trigger {trigger}".encode())


def something_happens(cast: Cast, times: int = 1) -> None:
    """Acts on Ana's record: an act and a write each."""
    ana = cast.seagrape.patients["ana"]
    for number in range(times):
        with open_session(cast.seagrape.context()) as session:
            patient = access(session, ana.practice_id, ana.id)
            patient.state = "GA" if patient.state != "GA" else "FL"
            act(session, "patient.updated", target=patient, patient_id=ana.id, number=number)


def access(session: Session, practice_id: object, patient_id: object) -> Patient:
    patient = session.get(Patient, (practice_id, patient_id), execution_options=DOOR)
    assert patient is not None
    return patient


def objects(prefix: str = "") -> list[str]:
    """What lies in the archive."""
    answer = boto3.client("s3").list_objects_v2(Bucket=BUCKET, Prefix=prefix)
    return [entry["Key"] for entry in answer.get("Contents", [])]
