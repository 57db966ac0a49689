"""`flask mail send-test`: with the database stopped, dropped or spoilt the mail still arrives."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from shared.adapters.email.resend import DEFAULT_SENDER
from shared.adapters.email.ses import FALLBACK_SENDER
from shared.config import Settings
from shared.db import open_session
from shared.messaging.journal import Unjournaled, journal_folder, read_entries, write_entry
from shared.models.dispatch import Dispatch
from tests.conftest import ROOT, make_app
from tests.people import DOOR, Cast, PracticeOf
from tests.sandbox_process import SandboxHandle, free_port, start_sandbox

TO = "maya@seagrape.example"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    handle = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield handle
    handle.stop()


@pytest.fixture
def sandbox(running: SandboxHandle, monkeypatch: pytest.MonkeyPatch) -> SandboxHandle:
    for name, value in running.env.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    for service in ("ses", "resend"):
        running.fault(service, "off")
    running.reset()
    return running


@pytest.fixture
def settings(settings: Settings, sandbox: SandboxHandle) -> Settings:
    return replace(settings, resend_api_base=sandbox.url, resend_api_key="re_sandbox")


@pytest.fixture
def practice(cast: Cast) -> PracticeOf:
    return cast.seagrape


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["mail", *arguments])


def send(app: Flask, *more: str) -> Result:
    return run(app, "send-test", "--to", TO, *more)


def rows(practice: PracticeOf) -> list[Dispatch]:
    with open_session(practice.context()) as session:
        return list(session.scalars(select(Dispatch).execution_options(**DOOR)))


def test_with_everything_there_it_is_a_dispatch_of_the_practice(
    app: Flask, practice: PracticeOf, sandbox: SandboxHandle
) -> None:
    result = send(app, "--practice", "seagrape")
    assert result.exit_code == 0, result.output
    assert "Kept: in the database." in result.output
    [mail] = sandbox.mails(TO)
    assert "Seagrape" in mail["headers"]["From"]
    [row] = rows(practice)
    assert (row.status, row.provider, row.sender_source) == ("sent", "ses", "row")


def away(settings: Settings) -> Settings:
    """The server is stopped: nobody answers at its address."""
    dsn = f"postgresql://bedside_web@127.0.0.1:{free_port()}/bedside"
    return replace(settings, web_dsn=dsn, worker_dsn=dsn)


@pytest.mark.parametrize("practice_option", [(), ("--practice", "seagrape")])
def test_with_the_database_stopped_it_leaves_under_the_default_and_is_journaled(
    settings: Settings, sandbox: SandboxHandle, practice_option: tuple[str, ...]
) -> None:
    settings = away(settings)
    result = send(make_app(settings), *practice_option)
    assert result.exit_code == 0, result.output
    assert "the built-in default" in result.output
    [mail] = sandbox.mails(TO)
    assert (mail["from"], mail["provider"]) == (FALLBACK_SENDER.address, "ses")
    [entry] = read_entries(settings.data_path)
    assert (entry.status, entry.to, entry.message_id) == ("sent", TO, mail["message_id"])
    [file] = journal_folder(settings.data_path).iterdir()
    assert file.stat().st_mode & 0o077 == 0


def test_with_database_and_first_provider_away_the_second_sends(
    settings: Settings, sandbox: SandboxHandle
) -> None:
    sandbox.fault("ses", "status", "503")
    settings = away(settings)
    result = send(make_app(settings))
    assert (result.exit_code, "the second provider" in result.output) == (0, True)
    [mail] = sandbox.mails(TO)
    assert (mail["from"], mail["provider"]) == (DEFAULT_SENDER.address, "resend")
    assert [entry.provider for entry in read_entries(settings.data_path)] == ["resend"]


def test_with_everybody_away_it_says_so_and_is_journaled(
    settings: Settings, sandbox: SandboxHandle
) -> None:
    for service in ("ses", "resend"):
        sandbox.fault(service, "status", "503")
    settings = away(settings)
    result = send(make_app(settings))
    assert result.exit_code == 1
    assert "No provider has taken it" in result.output
    [entry] = read_entries(settings.data_path)
    assert (entry.status, entry.reason) == ("failed", "gave_up_vendor_unavailable")


@pytest.mark.parametrize(
    "spoil",
    [
        "drop table dispatch cascade",
        "drop table message_sender cascade; drop table dispatch cascade",
        "drop table practice cascade",
        "drop table practice_host cascade",
        "drop table data_key cascade",
        "revoke all on all tables in schema public from bedside_job",
        "alter table dispatch rename column status to was",
    ],
)
def test_with_tables_dropped_or_spoilt_it_still_arrives(
    app: Flask, settings: Settings, sandbox: SandboxHandle, spoil: str
) -> None:
    with psycopg.connect(settings.owner_dsn, autocommit=True) as owner:
        owner.execute(spoil)  # type: ignore[arg-type]
    result = send(app, "--practice", "seagrape")
    assert result.exit_code == 0, result.output
    assert "in the journal" in result.output
    assert len(sandbox.mails(TO)) == 1
    assert len(list(read_entries(settings.data_path))) == 1


def test_garbage_in_the_senders_row_costs_the_name_only(
    app: Flask, practice: PracticeOf, settings: Settings, sandbox: SandboxHandle
) -> None:
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("alter table message_sender disable trigger user")
        owner.execute("update message_sender set address = E'x\\ny'")
    assert send(app, "--practice", "seagrape").exit_code == 0
    [row] = rows(practice)
    assert (row.sender, row.sender_source) == (FALLBACK_SENDER.address, "fallback")


def test_the_journal_is_entered_once(
    app: Flask, practice: PracticeOf, settings: Settings, sandbox: SandboxHandle
) -> None:
    stopped = make_app(away(settings))
    for option in ((), ("--practice", "seagrape"), ("--practice", "ironbound")):
        assert send(stopped, *option).exit_code == 0
    app = make_app(settings)
    with app.app_context():
        first = run(app, "import-journal", "--practice", "seagrape")
        assert (first.exit_code, "Entered 2 mails." in first.output) == (0, True)
        assert "Entered 0 mails." in run(app, "import-journal", "--practice", "seagrape").output
        assert "Entered 1 mails." in run(app, "import-journal", "--practice", "ironbound").output
        entered = {str(row.id): row.status for row in rows(practice)}
    assert (
        entered.items()
        <= {entry.id: entry.status for entry in read_entries(settings.data_path)}.items()
    )
    assert len(entered) == 2


def test_lines_a_crash_cut_off_are_left_out(settings: Settings, tmp_path: Path) -> None:
    folder = journal_folder(tmp_path)
    folder.mkdir(parents=True)
    good = dict.fromkeys(
        ["at", "practice", "template", "to", "status", "reason", "provider", "message_id"], "x"
    ) | {"id": "0192f6c1-8a6e-7c3d-9f10-2b7e5c1d4a90", "sender": "x", "sender_source": "row"}
    lines = [json.dumps(good), json.dumps(good)[:40], "[]", json.dumps(good | {"id": "x"})]
    (folder / "2027-01-04.jsonl").write_text("\n".join(lines))
    [entry] = read_entries(tmp_path)
    assert entry.id == good["id"]
    (tmp_path / "file").write_text("")
    with pytest.raises(Unjournaled):
        write_entry(tmp_path / "file", entry)


def test_nonsense_is_refused(app: Flask, practice: PracticeOf) -> None:
    assert run(app, "send-test", "--to", "nobody").exit_code == 1
    assert send(app, "--practice", "elsewhere").exit_code == 1
    assert run(app, "import-journal").exit_code == 1


@pytest.mark.slow
def test_the_command_itself_works_with_the_database_stopped(
    settings: Settings, sandbox: SandboxHandle, tmp_path: Path
) -> None:
    """As an operator types it, in a process of its own."""
    stopped = replace(away(settings), data=str(tmp_path))
    env: dict[str, Any] = {
        item.metadata["env"]: getattr(stopped, item.name) for item in fields(stopped)
    }
    command = [sys.executable, "-m", "flask", "mail", "send-test", "--to", TO]
    env = {**os.environ, **env, "FLASK_APP": "wsgi:app"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(sandbox.mails(TO)) == 1
    assert len(list(read_entries(tmp_path))) == 1
