"""The development server comes up anywhere, twice and after a crash, and lets nobody else in."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.sandbox_process import ROOT
from tools import postgres

FAST = {"fsync": "off"}


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "pg"
    yield folder
    postgres.stop(folder)


def answer(server: postgres.Server, query: str) -> object:
    with psycopg.connect(server.dsn_for()) as connection:
        row = connection.execute(query.encode()).fetchone()
        assert row is not None
        return row[0]


def main_process(data: Path) -> int:
    return int((data / "cluster" / "postmaster.pid").read_text().split()[0])


def test_start_keeps_the_server_when_it_already_runs(data: Path) -> None:
    first = postgres.start(data, options=FAST)
    before = main_process(data)
    assert postgres.start(data, options=FAST) == first
    assert main_process(data) == before


def test_data_survive_a_stop(data: Path) -> None:
    server = postgres.start(data, options=FAST)
    with psycopg.connect(server.dsn_for(), autocommit=True) as connection:
        connection.execute("create table kept as select 42 as n")
    server.stop()
    assert answer(postgres.start(data, options=FAST), "select n from kept") == 42


def test_start_recovers_when_the_server_was_killed(data: Path) -> None:
    postgres.start(data)
    os.kill(main_process(data), signal.SIGKILL)
    time.sleep(0.5)
    assert answer(postgres.start(data), "select 1") == 1


def test_start_ignores_a_pid_file_of_somebody_else(data: Path) -> None:
    postgres.start(data, options=FAST).stop()
    (data / "cluster" / "postmaster.pid").write_text(f"{os.getpid()}\n{data}/cluster\n")
    assert answer(postgres.start(data, options=FAST), "select 1") == 1


def test_socket_moves_when_the_path_is_too_long(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 12) / ("path" * 12)
    server = postgres.start(data, options=FAST)
    try:
        assert len(os.fsencode(server.socket_dir)) < postgres.SOCKET_PATH_LIMIT
        assert answer(server, "select 1") == 1
    finally:
        server.stop()
    assert not server.socket_dir.exists()


def test_only_its_owner_reaches_the_server(data: Path) -> None:
    server = postgres.start(data, options=FAST)
    assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
    assert answer(server, "show listen_addresses") == ""


def test_log_quotes_no_row(data: Path) -> None:
    server = postgres.start(data, options=FAST)
    with psycopg.connect(server.dsn_for(), autocommit=True) as connection:
        connection.execute("create table person (name text unique)")
        connection.execute("insert into person values ('Nightingale')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("insert into person values ('Nightingale')")
    assert "Nightingale" not in (data / "server.log").read_text()


def test_stop_is_no_error_when_nothing_runs(tmp_path: Path) -> None:
    postgres.stop(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_old_binaries_are_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("postgres", "initdb"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 13.4'\n")
        program.chmod(0o755)
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    postgres.version.cache_clear()
    try:
        with pytest.raises(postgres.PostgresError, match="is too old: 16 is needed"):
            postgres.start(tmp_path / "data")
    finally:
        postgres.version.cache_clear()


def test_command_prints_the_address(data: Path) -> None:
    command = [sys.executable, "-m", "tools.postgres", "start", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("postgresql://postgres@/postgres?host=")


@pytest.mark.parametrize("port", ["70000", "65535", "0", "-5", "abc", ""])
def test_a_port_that_is_none_is_told_in_a_sentence(tmp_path: Path, port: str) -> None:
    told = run(f"--port={port}", data=tmp_path)
    assert told.startswith("PORT is a number from 1 to 65534")
    assert "Traceback" not in told


def test_a_port_in_use_and_a_folder_that_is_none_are_told_in_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"Port {port} is in use" in run(f"--port={port}", data=tmp_path / "data")
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", Path("/proc/nowhere")):
        told = run("--port=8000", data=folder)
        assert told.startswith(f"{folder} is no folder to keep data in")


def test_reset_forgets_whatever_the_product_keeps_and_nothing_else(tmp_path: Path) -> None:
    """Every folder the program names below its data folder, and not somebody's own."""
    sources = "".join(path.read_text() for path in (ROOT / "shared").rglob("*.py"))
    kept = set(re.findall(r'data_path / "([\w.-]+)"', sources))
    assert {"public", "sandbox"} <= kept
    for name in (*kept, "mine"):
        (tmp_path / name).mkdir()
    subprocess.run(
        [sys.executable, "-m", "tools.reset"],
        env={**os.environ, "BEDSIDE_DATA": str(tmp_path)},
        check=True,
        capture_output=True,
    )
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def run(*arguments: str, data: Path) -> str:
    """What `make run` says of what it cannot do."""
    ended = subprocess.run(
        [sys.executable, "-m", "tools.run", *arguments],
        env={**os.environ, "BEDSIDE_DATA": str(data)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    return ended.stderr
