"""A deploy under load: the version before runs on the new schema, and nobody is refused."""

import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox_process import ROOT, SandboxHandle
from tests.soak.balancing import Balancer
from tests.soak.presser import Presser
from tests.soak.reports import report
from tests.soak.sizes import size
from tests.soak.visitors import Acknowledged, Visitor
from tools import children, postgres
from tools.environment import Place, environment_for
from tools.run import Practice
from tools.temporary import _two_free_ports

pytestmark = [pytest.mark.slow, pytest.mark.soak]

PATHS = ("/", "/visits", "/portal/book/first-visit", "/portal/sign-in", "/admin/sign-in")
SERVED = {200, 303}


def git(*words: str) -> str:
    """What git says."""
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def version_before() -> str:
    """The commit before the last one that changed the schema; another with SOAK_FROM."""
    chosen = os.environ.get("SOAK_FROM")
    if chosen:
        return git("rev-parse", chosen)
    return git("rev-parse", git("log", "-1", "--format=%H", "--", "migrations/versions") + "~1")


@contextlib.contextmanager
def inside(tree: Path) -> Iterator[None]:
    """Processes that are started meanwhile run the program in that folder."""
    here = Path.cwd()
    os.chdir(tree)
    try:
        yield
    finally:
        os.chdir(here)


class Deployment:
    """Two versions of the program around one practice."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice

    def command(self, tree: Path, *words: str) -> None:
        """One command of that version."""
        with inside(tree):
            self.practice.setup(" ".join(words), *words)

    def web(self, tree: Path, port: int) -> children.Child:
        """Its web processes, on a port of their own."""
        with inside(tree):
            self.practice.launch(
                "web",
                *("granian", "--interface", "wsgi", "--http", "1", "--host", "127.0.0.1"),
                *("--port", str(port), "--workers", "2", "--blocking-threads", "256"),
                *("--backpressure", "512", "--no-ws", "wsgi:app"),
            )
        self.practice.wait_until(port, "/healthz")
        return self.practice.running[-1]

    def worker(self, tree: Path) -> children.Child:
        """Its worker."""
        with inside(tree):
            self.practice.launch("worker", "shared.jobs.worker")
        return self.practice.running[-1]

    def end(self, child: children.Child) -> None:
        """Asked to finish, as a platform does."""
        self.practice.running.remove(child)
        child.stop()


class Pressing(threading.Thread):
    """Somebody who holds times and lets go of them, all the while."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.over = threading.Event()
        self.found: Counter[str] = Counter()

    def run(self) -> None:
        number = 0
        while not self.over.is_set():
            number += 1
            try:
                presser = Presser(self.port)
                at = presser.times[number % len(presser.times)]
                said = presser.press(at, time.monotonic())
                self.found[str(said["outcome"])] += 1
                if said["outcome"] == "held":
                    presser.release()
            except (OSError, AssertionError, KeyError, IndexError, ZeroDivisionError) as error:
                self.found[type(error).__name__] += 1


def crowd(port: int, seconds: float) -> "subprocess.Popen[str]":
    """People who come whether or not those before were answered."""
    words = ["-m", "tests.soak.crowding", str(port), str(seconds), str(size("RATE", 10)), *PATHS]
    return subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def visit(place: Place, sandbox: SandboxHandle, name: str) -> None:
    """The smoke: choose, hold, sign in, pay, see it booked."""
    said = Acknowledged()
    visitor = Visitor(place.port, sandbox, f"{name}@patients.example", said, random.Random(7))
    try:
        visitor.visit("first-visit")
    finally:
        visitor.client.close()
    assert len(said.booked) == 1


def keep(
    old: Path,
    told: dict[str, Any],
    pressing: Pressing,
    balancer: Balancer,
    migrated: float,
    switched: float,
) -> Counter[int]:
    """The numbers of the run; returns how often each status was answered."""
    statuses = Counter(int(answer[1]) for answer in told["answers"])
    before = old / "migrations/versions"
    report(
        "deploy",
        {
            "from": version_before()[:7],
            "to": git("rev-parse", "--short", "HEAD"),
            "migrations": sorted(
                path.stem
                for path in (ROOT / "migrations/versions").glob("0*.py")
                if not (before / path.name).exists()
            ),
            "migrate_s": migrated,
            "switched_after_s": switched,
            "load_s": round(told["seconds"]),
            "pages": dict(statuses),
            "holds": dict(pressing.found),
            "refused_connections": balancer.refused,
            "slowest_s": round(max(answer[2] for answer in told["answers"]), 2),
        },
    )
    return statuses


@contextlib.contextmanager
def old_version() -> Iterator[Path]:
    """The version before, checked out beside this one."""
    with tempfile.TemporaryDirectory(prefix="bedside-old-") as folder:
        tree = Path(folder) / "tree"
        git("worktree", "add", "--detach", "--force", str(tree), version_before())
        try:
            yield tree
        finally:
            git("worktree", "remove", "--force", str(tree))


@contextlib.contextmanager
def place_for(data: Path) -> Iterator[Practice]:
    """An empty practice with its database; whatever is started in it is stopped."""
    place = Place(data, _two_free_ports())
    server = postgres.start(data / "postgres")
    practice = Practice(place, environment_for(place, server.dsn_for()))
    try:
        yield practice
    finally:
        practice.stop()
        server.stop()


def test_a_deploy_under_load_fails_no_request() -> None:
    seconds = float(size("SECONDS", 75))
    with (
        old_version() as old,
        tempfile.TemporaryDirectory(prefix="bedside-") as data,
        place_for(Path(data)) as practice,
    ):
        place, deployment = practice.place, Deployment(practice)
        with inside(old):
            practice.launch("sandbox", "shared.sandbox", "--port", str(place.sandbox_port))
        sandbox = SandboxHandle(
            place.sandbox, place.sandbox_port, place.data, practice.running[0].process
        )
        deployment.command(old, "flask", "db", "bootstrap", "--upgrade")
        practice.wait_until(place.sandbox_port, "/")
        first_worker = deployment.worker(old)
        first_web = deployment.web(old, place.port + 10)
        deployment.command(old, "flask", "seed", "--scenario", "demo")
        balancer = Balancer(place.port, place.port + 10)
        balancer.start()
        visit(place, sandbox, "before")

        people, pressing = crowd(place.port, seconds), Pressing(place.port)
        pressing.start()
        began = time.perf_counter()
        deployment.command(ROOT, "flask", "db", "upgrade")
        migrated = time.perf_counter() - began
        # The version before, on the new schema, with everything it does.
        visit(place, sandbox, "between")
        second_web = deployment.web(ROOT, place.port + 11)
        second_worker = deployment.worker(ROOT)
        balancer.to = place.port + 11
        time.sleep(2)
        deployment.end(first_web)
        deployment.end(first_worker)
        switched = time.perf_counter() - began
        visit(place, sandbox, "after")
        told = json.loads(people.communicate(timeout=seconds + 120)[0])
        pressing.over.set()
        pressing.join(30)
        balancer.stop()

        statuses = keep(old, told, pressing, balancer, round(migrated, 1), round(switched, 1))
        assert switched < seconds, "the load was over before the deploy was"
        assert set(statuses) <= SERVED, statuses
        assert set(pressing.found) <= {"held", "told"}, pressing.found
        assert balancer.refused == 0
        assert second_web.process.poll() is None
        assert second_worker.process.poll() is None
