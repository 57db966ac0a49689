"""Keys refused, clocks that jump, a disk that is full: nothing is shown, doubled or lost."""

import contextlib
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from shared import booking, clock, keyring
from shared.app import in_app
from shared.db import db, open_session
from shared.practices.keys import load_keys
from tests.browsing import signed_in, stranger
from tests.conftest import make_app
from tests.keys import LocalKeys
from tests.people import SEEDED_AT, Cast, PracticeOf
from tests.sandbox_process import SandboxHandle
from tests.soak.killing import Killer
from tests.soak.reckoning import ask, find_lost, find_wrong
from tests.soak.reports import report
from tests.soak.visitors import Acknowledged, Visitor, WentHome
from tools import postgres
from tools.temporary import temporary_practice

pytestmark = [pytest.mark.slow, pytest.mark.soak]

OVERLAPS = """
    select count(*) from appointment a join appointment b
      on a.practitioner_id = b.practitioner_id and a.id < b.id and a.occupied && b.occupied
    where a.status in ('pending', 'booked') and b.status in ('pending', 'booked')
"""
JUMPS = (
    timedelta(minutes=11),
    timedelta(days=2),
    timedelta(days=-1),
    timedelta(hours=13),
    timedelta(days=400),
    timedelta(0),
)


@pytest.fixture
def web(app: Flask, cast: Cast) -> Iterator[Flask]:
    """The web process, as the cast meets it (the soak's own ground is the worker's)."""
    db.engine.dispose()
    program = make_app(app.config["SETTINGS"])
    with program.app_context():
        yield program
        db.engine.dispose()


def test_reads_go_on_for_five_minutes_without_keys_and_then_are_refused(
    web: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrapper = LocalKeys()
    keyring.install(keyring.Keyring(wrapper, in_app(web, load_keys)))
    started, passed = time.monotonic(), [0.0]
    monkeypatch.setattr("shared.keyring.time.monotonic", lambda: started + passed[0])
    browser = signed_in(web, cast.seagrape, cast.seagrape.staff["maya"])
    patient = next(iter(cast.seagrape.patients.values()))
    page = f"/admin/patients/{patient.id}"
    assert patient.email in browser.get(page).text
    wrapper.away = True
    answers = {}
    for seconds in (60, 200, 299, 301, 600):
        passed[0] = float(seconds)
        answer = browser.get(page)
        answers[seconds] = answer.status_code
        assert (patient.email in answer.text) is (answer.status_code == 200)
    assert answers == {60: 200, 200: 200, 299: 200, 301: 503, 600: 503}
    wrapper.away = False
    assert browser.get(page).status_code == 200
    report("keys refused", {"status by second": answers})


def hold_any(practice: PracticeOf, visitor: bytes) -> bool:
    """Take the next open time, whatever the clock says now; False when the database knows better.

    The program's clock jumps here and the database's does not: a hold that is over for the one may
    still be alive for the other, and then stands.
    """
    who = practice.anonymous(visitor)
    with open_session(who.context()) as session:
        kind = booking.get_visit_type(session, practice_id=practice.id, slug="first-visit")
        opening = booking.find_next_times(session, visit_type=kind, count=1)[0]
        try:
            booking.hold_slot(
                session,
                visit_type=kind,
                starts_at=opening.starts_at,
                by=who,
                time_zone="America/New_York",
            )
        except booking.JustTaken:
            return False
    return True


def test_clock_that_jumps_breaks_no_page_and_doubles_nothing(
    web: Flask, cast: Cast, server: postgres.Server, database: str
) -> None:
    seagrape = cast.seagrape
    patient = next(iter(seagrape.patients.values()))
    statuses, held = set(), 0
    with clock.freeze(SEEDED_AT):
        browser = signed_in(web, seagrape, patient)
    for number, jump in enumerate(JUMPS * 3):
        with clock.freeze(SEEDED_AT + jump):
            for path in ("/portal/", "/portal/book/first-visit", "/portal/appointments"):
                statuses.add(browser.get(path).status_code)
            statuses.add(stranger(web, seagrape).get("/").status_code)
            held += hold_any(seagrape, bytes([number + 1]) * 32)
    assert max(statuses) < 500
    assert held
    with psycopg.connect(server.dsn_for(dbname=database)) as looking:
        assert looking.execute(OVERLAPS.encode()).fetchone() == (0,)
    report("clock jumps", {"jumps": len(JUMPS) * 3, "held": held, "statuses": sorted(statuses)})


@pytest.fixture
def small_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file system of 700 MB in memory, where this machine lets us make one."""
    mount = Path(tempfile.mkdtemp(prefix="small-"))
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=700m", "none", str(mount)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        pytest.skip(f"NOT RUN, the full disk: this machine lets nobody mount: {made.stderr}")
    monkeypatch.setattr(tempfile, "tempdir", str(mount))
    yield mount
    subprocess.run(["umount", "-l", str(mount)], check=True)
    mount.rmdir()


def fill(disk: Path) -> Path:
    """Leave not one byte."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"\0" * 65_536):
            pass
    return ballast


def test_full_disk_loses_nothing_that_was_acknowledged(small_disk: Path) -> None:
    said, luck = Acknowledged(), random.Random(7)
    with temporary_practice() as practice:
        place = practice.place
        sandbox = SandboxHandle(
            place.sandbox, place.sandbox_port, place.data, practice.running[0].process
        )

        def hold_some(count: int, patience: float) -> None:
            for _ in range(count):
                visitor = Visitor(place.port, sandbox, "", said, luck)
                visitor.give_up = time.monotonic() + patience
                with contextlib.suppress(WentHome):
                    visitor.hold("first-visit")
                visitor.client.close()

        hold_some(5, 30)
        before = len(said.holds)
        ballast = fill(small_disk)
        hold_some(6, 5)
        during = len(said.holds) - before
        ballast.unlink()
        free = shutil.disk_usage(small_disk).free
        _stand_up_again(place.data / "postgres")
        Killer(practice, luck, (0, 0)).raise_the_dead()
        practice.wait_until(place.port, "/readyz")
        hold_some(3, 60)
        after = len(said.holds) - before - during
        found = {"held before": before, "while full": during, "afterwards": after}
        report("full disk", {**found, "broken answers": said.broken, "freed_mb": free // 10**6})
        assert before == 5
        assert after >= 1
        assert find_lost(practice, said) == {}
        wrong = find_wrong(practice)
        assert {name for name in wrong if "mail" not in name} == set()
        assert ask(practice, "select count(*) from appointment") != ["0"]


def _stand_up_again(folder: Path) -> None:
    """Postgres stops in good order, or in none, when it cannot write; with room it starts again."""
    for _ in range(60):
        with contextlib.suppress(postgres.PostgresError):
            postgres.start(folder)
            return
        time.sleep(1)
    raise AssertionError("the database did not start again")
