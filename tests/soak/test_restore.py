"""The restore drill: a practice is wiped, set back to a moment, and taken to its last entry."""

import json
import shutil
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.soak.backups import (
    archiving,
    base_backup,
    done,
    gigabytes,
    note,
    now_and_archived,
    put_back,
    recover,
    signed_in,
    timed,
    wipe,
)
from tests.soak.presser import Presser
from tests.soak.reports import report
from tests.soak.sizes import size
from tools import postgres
from tools.bench.crowd import VISITS_EACH, gather
from tools.bench.stage import find_ground
from tools.run import Practice, launch_web, launch_worker
from tools.temporary import temporary_practice
from tools.ways_in import inside

pytestmark = [pytest.mark.slow, pytest.mark.soak]

HOLDS = 12
# Of the bench's crowd: a patient with seven visits.
PATIENTS_A_GB = 145_000


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


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Path]:
    """A folder for copies of a whole practice; nothing of it stays, whatever comes of the test."""
    yield tmp_path
    shutil.rmtree(tmp_path)


def fill(practice: Practice) -> dict[str, object]:
    """Patients, each of them in the log: SOAK_PATIENTS. Or SOAK_RESTORE_GB of rows.

    Those are the bench's crowd, straight in by COPY: the log does not know them, so that a large
    database is filled within minutes. They are compared after the restore like all others.
    """
    gigabytes_wanted = size("RESTORE_GB", 0)
    if not gigabytes_wanted:
        patients = size("PATIENTS", 2000)
        done(practice, "seed", "--scenario", "scale", "--patients", str(patients))
        return {"patients": patients, "in_the_log": True}
    patients = gigabytes_wanted * PATIENTS_A_GB
    admin = practice.environ["DATABASE_URL"].replace("/postgres?", "/bedside?", 1)
    with inside(practice):
        gather(admin, find_ground(admin), patients, events=False)
    return {"patients": patients, "visits": patients * VISITS_EACH, "in_the_log": False}


def test_a_wiped_practice_comes_back_to_its_last_entry(room: Path) -> None:
    backup, wal, log = room / "base", room / "wal", room / "log"
    times: dict[str, object] = {}
    with temporary_practice(options=archiving(wal)) as practice:
        place = practice.place
        server = postgres.start(place.data / "postgres")
        with timed(times, "seed"):
            times |= fill(practice)
        with timed(times, "backup"):
            base_backup(server, backup, wal)
        times["backup_gb"] = gigabytes(backup)
        # The practice goes on working; this is the moment it will be set back to.
        assert write_a_little(place.port) > HOLDS / 2
        moment, copied_s = now_and_archived(practice)
        times["copy_at_most_s_old"] = round(copied_s, 1)
        time.sleep(1.1)
        assert write_a_little(place.port) > HOLDS / 2
        leave_only_the_log(practice, room, times)
        times["database_gb"] = gigabytes(place.data / "postgres" / "cluster" / "base")
        times["wal_gb"] = gigabytes(wal)
        wipe(place.data / "postgres")
        with timed(times, "restore"):
            with timed(times, "put_back"):
                put_back(place.data / "postgres", backup)
            recover(place.data / "postgres", wal, moment)
        shutil.rmtree(backup)
        shutil.rmtree(wal)
        with timed(times, "drill"):
            said = done(
                *(practice, "drill", "restore"),
                *("--restored", practice.environ["BEDSIDE_OWNER_DSN"]),
                *("--log", str(log), "--measured", str(room / "measured")),
                *("--noted", str(note(room / "noted", times)), "--out", str(room / "report")),
            )
        assert "identical" in said
        times["drill_parts_s"] = json.loads(signed_in(room / "report"))["seconds"]
        with timed(times, "declare"):
            declare(practice, moment)
        with timed(times, "verify"):
            verified = done(practice, "audit", "verify")
        with timed(times, "serve"):
            serve_again(practice)
        name = "restore" if times["in_the_log"] else "restore_of_gigabytes"
        report(name, {**times, "said": said.strip(), "verified": verified.strip()})


def leave_only_the_log(practice: Practice, room: Path, times: dict[str, object]) -> None:
    """Everything stops at once. What the log says from outside is all that is left of the end."""
    sandbox = practice.running.pop(0)
    practice.stop()
    practice.running[:] = [sandbox]
    with timed(times, "seal"):
        done(practice, "audit", "checkpoint")
    with timed(times, "export"):
        done(practice, "audit", "export", "--out", str(room / "log"))
    times["log_gb"] = gigabytes(room / "log")
    with timed(times, "measure"):
        done(practice, "drill", "measure", "--out", str(room / "measured"))


def declare(practice: Practice, moment: datetime) -> None:
    """The log says that it was set back, though entries were signed beyond."""
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
    done(practice, "audit", "restored", "--to", to, *said)


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
