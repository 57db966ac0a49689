"""The restore drill: a practice is wiped, set back to a moment, and taken to its last entry."""

import time
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.soak.backups import (
    archiving,
    base_backup,
    flask,
    note,
    now_and_archived,
    restore,
    size_of,
    wipe,
)
from tests.soak.presser import Presser
from tests.soak.reports import report
from tests.soak.sizes import size
from tools import postgres
from tools.run import Practice, launch_web, launch_worker
from tools.temporary import temporary_practice

pytestmark = [pytest.mark.slow, pytest.mark.soak]

HOLDS = 12


def write_a_little(port: int) -> int:
    """Strangers hold times and let go of them; returns how often one was held."""
    held = 0
    for number in range(HOLDS):
        presser = Presser(port)
        answer = presser.press(presser.times[number % len(presser.times)], time.monotonic())
        held += answer["outcome"] == "held"
        if number % 3:
            presser.release()
    return held


def test_a_wiped_practice_comes_back_to_its_last_entry(tmp_path: Path) -> None:
    backup, wal, log = tmp_path / "base", tmp_path / "wal", tmp_path / "log"
    patients = size("PATIENTS", 2000)
    with temporary_practice(options=archiving(wal)) as practice:
        place = practice.place
        server = postgres.start(place.data / "postgres")
        seeded = flask(practice, "seed", "--scenario", "scale", "--patients", str(patients))
        assert seeded.returncode == 0, seeded.stderr
        backup_s = base_backup(server, backup)
        # The practice goes on working; this is the moment it will be set back to.
        assert write_a_little(place.port) > HOLDS / 2
        moment, copied_s = now_and_archived(practice)
        time.sleep(1.1)
        assert write_a_little(place.port) > HOLDS / 2
        # Everything stops at once. What the log says from outside is all that is left of the end.
        sandbox = practice.running.pop(0)
        practice.stop()
        practice.running[:] = [sandbox]
        sealed = flask(practice, "audit", "checkpoint")
        assert sealed.returncode == 0, sealed.stderr
        exported = flask(practice, "audit", "export", "--out", str(log))
        assert exported.returncode == 0, exported.stderr
        measured = flask(practice, "drill", "measure", "--out", str(tmp_path / "measured"))
        assert measured.returncode == 0, measured.stderr
        cluster_bytes = size_of(place.data / "postgres" / "cluster" / "base")
        wipe(place.data / "postgres")
        restore_s = restore(place.data / "postgres", backup, wal, moment)
        times = {
            "patients": patients,
            "database_mb": round(cluster_bytes / 1e6),
            "backup_mb": round(size_of(backup) / 1e6),
            "wal_mb": round(size_of(wal) / 1e6),
            "backup_s": round(backup_s, 1),
            "copy_at_most_s_old": round(copied_s, 1),
            "restore_s": round(restore_s, 1),
        }
        done = flask(
            *(practice, "drill", "restore", "--restored", practice.environ["BEDSIDE_OWNER_DSN"]),
            *("--log", str(log), "--measured", str(tmp_path / "measured")),
            *("--noted", str(note(tmp_path / "noted", times)), "--out", str(tmp_path / "report")),
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "identical" in done.stdout
        declare(practice, moment)
        serve_again(practice)
        report("restore", {**times, "said": done.stdout.strip()})


def declare(practice: Practice, moment: datetime) -> None:
    """The log says that it was set back; then it verifies, though entries were signed beyond."""
    # The command takes whole seconds; nothing was written in the one after the moment.
    to = (moment + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    said = (
        "--by",
        "The drill",
        "--second",
        "Nobody",
        "--reason",
        "A drill of the restore",
        "--yes",
    )
    declared = flask(practice, "audit", "restored", "--to", to, *said)
    assert declared.returncode == 0, declared.stdout + declared.stderr
    verified = flask(practice, "audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr


def serve_again(practice: Practice) -> None:
    """The practice answers, and somebody can hold a time."""
    launch_worker(practice)
    launch_web(practice)
    port = practice.place.port
    practice.wait_until(port, "/readyz")
    page = httpx.get(f"http://127.0.0.1:{port}/", headers={"Host": f"localhost:{port}"})
    assert page.status_code == 200
    presser = Presser(port)
    assert presser.press(presser.times[0], time.monotonic())["outcome"] == "held"
