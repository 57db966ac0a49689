"""Death at random moments: the web, the worker, one database connection, the whole database."""

import contextlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx
import psycopg

from tools import postgres
from tools.run import Practice, launch_web, launch_worker

VICTIMS = ("web", "worker", "connection", "database")


class Killer:
    """Kills something every few seconds and starts it again, as a supervisor would."""

    def __init__(self, practice: Practice, dice: random.Random, pause: tuple[float, float]) -> None:
        self.practice = practice
        self.dice = dice
        self.pause = pause
        self.killed: Counter[str] = Counter()
        self.problems: list[str] = []

    def go_on(self, until: Callable[[], bool]) -> None:
        """Kill and raise again. Call it where the children may live on: a child of a thread that
        ends is ended with it."""
        while not until():
            time.sleep(self.dice.uniform(*self.pause))
            victim = self.dice.choice(VICTIMS)
            try:
                getattr(self, f"kill_{victim}")()
                self.killed[victim] += 1
            except psycopg.OperationalError:
                self.killed["nobody, the database was still down"] += 1
            except Exception as error:  # noqa: BLE001 - told at the end
                self.problems.append(f"{victim}: {error!r}")
            self.raise_the_dead()
            self.wait_until_up(until)

    def wait_until_up(self, until: Callable[[], bool], within: float = 20.0) -> None:
        """A system that is killed faster than it starts proves nothing."""
        end = time.monotonic() + within
        while time.monotonic() < end and not until():
            with contextlib.suppress(httpx.TransportError):
                port = self.practice.place.port
                answer = httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2, trust_env=False)
                if answer.status_code == 200:
                    return
            self.raise_the_dead()
            time.sleep(0.3)

    def raise_the_dead(self) -> None:
        """What ended by itself, because it found no database at its start, is started again."""
        starts = {"web": launch_web, "worker": launch_worker}
        for child in list(self.practice.running):
            if child.died():
                self.practice.running.remove(child)
                starts[child.name](self.practice)

    def kill_web(self) -> None:
        self._kill_child("web")
        launch_web(self.practice)

    def kill_worker(self) -> None:
        self._kill_child("worker")
        launch_worker(self.practice)

    def kill_connection(self) -> None:
        """One server process dies: Postgres throws everybody out and recovers by itself."""
        with psycopg.connect(self.practice.environ["DATABASE_URL"]) as admin:
            rows = admin.execute(
                "select pid from pg_stat_activity"
                " where usename in ('bedside_web', 'bedside_worker')"
            ).fetchall()
        if rows:
            _kill(int(self.dice.choice(rows)[0]))

    def kill_database(self) -> None:
        """All of it, in the middle of whatever it writes."""
        folder = self.practice.place.data / "postgres"
        pid = int((folder / "cluster" / "postmaster.pid").read_text().split("\n", 1)[0])
        _kill(pid)
        for _ in range(100):
            with contextlib.suppress(postgres.PostgresError):
                postgres.start(folder)
                return
            time.sleep(0.2)
        raise AssertionError("the database did not start again")

    def _kill_child(self, name: str) -> None:
        child = next(child for child in self.practice.running if child.name == name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
        self.practice.running.remove(child)


def _kill(pid: int) -> None:
    """Only a process of ours: its command names a Postgres."""
    command = _command_of(pid)
    assert "postgres" in command, command
    os.kill(pid, signal.SIGKILL)
    while _command_of(pid):  # it may take a moment to be gone
        time.sleep(0.01)


def _command_of(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""
