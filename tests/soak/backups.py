"""A base backup and an archive of WAL of a running practice, a wiped cluster, and the way back."""

import contextlib
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg

from tools import postgres
from tools.run import Practice

WAIT = 900.0


@contextlib.contextmanager
def timed(times: dict[str, object], name: str) -> Iterator[None]:
    """Keep the seconds that a part took as `<name>_s`."""
    begun = time.perf_counter()
    yield
    times[f"{name}_s"] = round(time.perf_counter() - begun, 1)


def archiving(folder: Path) -> dict[str, str]:
    """Server settings under which every piece of WAL is copied away, an old one within a while.

    Nothing is kept before there is a copy it could continue: `base_backup` makes the folder.
    """
    keep = f"test ! -f {folder}/%f && cp %p {folder}/%f"
    return {
        "archive_mode": "on",
        "archive_command": f"test ! -d {folder} || {{ {keep}; }}",
        "archive_timeout": "10s",
        "max_wal_size": "4GB",
        "shared_buffers": "512MB",
    }


def base_backup(server: postgres.Server, to: Path, wal: Path) -> None:
    """Copy the cluster while it works, and keep every piece of WAL from now on."""
    wal.mkdir(parents=True)
    postgres._run(
        "pg_basebackup", "-d", server.dsn_for(), "-D", to, "-X", "none", "-c", "fast", "--no-sync"
    )


def now_and_archived(practice: Practice) -> tuple[datetime, float]:
    """A moment, and after how many seconds its WAL was safe: how old a copy can be at most."""
    begun = time.perf_counter()
    with psycopg.connect(practice.environ["DATABASE_URL"], autocommit=True) as admin:
        [moment] = admin.execute("select clock_timestamp()").fetchone() or [None]
        [at] = admin.execute("select pg_walfile_name(pg_current_wal_insert_lsn())").fetchone() or [
            ""
        ]
        while time.perf_counter() - begun < 120:
            row = admin.execute("select last_archived_wal from pg_stat_archiver").fetchone()
            if row and row[0] and str(row[0]) >= str(at):
                return moment, time.perf_counter() - begun
            time.sleep(0.2)
    raise AssertionError("the WAL was never archived")


def wipe(data: Path) -> None:
    """The cluster is gone: files and all."""
    postgres.stop(data)
    shutil.rmtree(data / "cluster")


def put_back(data: Path, backup: Path) -> None:
    """The copy where the cluster was."""
    shutil.copytree(backup, data / "cluster", symlinks=True)


def recover(data: Path, wal: Path, moment: datetime) -> None:
    """From the copy forward to the moment, until somebody may write."""
    begun = time.perf_counter()
    (data / "cluster" / "recovery.signal").touch()
    with (data / "cluster" / "postgresql.auto.conf").open("a") as conf:
        conf.write(
            f"restore_command = 'cp {wal}/%f %p'\nrecovery_target_time = '{moment.isoformat()}'\n"
            "recovery_target_action = 'promote'\n"
        )
    server = postgres.start(data)
    while time.perf_counter() - begun < WAIT:
        with psycopg.connect(server.dsn_for(), autocommit=True) as admin:
            row = admin.execute("select pg_is_in_recovery()").fetchone()
        if row == (False,):
            return
        time.sleep(0.2)
    raise AssertionError("the cluster did not come out of its recovery")


def gigabytes(folder: Path) -> float:
    """How much lies in a folder."""
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return round(size / 1e9, 2)


def done(practice: Practice, *command: str, within: float = 6000) -> str:
    """One of the operator's commands, as the practice's own processes are told; what it said."""
    ran = subprocess.run(
        [".venv/bin/python", "-m", "flask", *command],
        env=practice.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=within,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def signed_in(report: Path) -> str:
    """What a signed report says."""
    return str(json.loads(report.read_text())["report"])


def note(path: Path, found: dict[str, object]) -> Path:
    """What was measured, for the report."""
    path.write_text(json.dumps(found))
    return path
