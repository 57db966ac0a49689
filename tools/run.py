"""`make run`: a whole small practice on this machine, until Ctrl-C."""

import argparse
import contextlib
import fcntl
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from types import FrameType

from tools import children, postgres
from tools.environment import Place, environment_for, port_is_free
from tools.summary import summary

LAST_PORT = 65_535
READY_WITHIN = 90.0  # seconds; a cold, busy machine
LOOK_EVERY = 0.3


class CannotRunError(Exception):
    """The start failed; the text is the sentence to show a person."""


class StopRequestedError(Exception):
    """Somebody pressed Ctrl-C or ended the program."""


@dataclass
class Practice:
    """The running processes, in the order in which they were started."""

    place: Place
    environ: dict[str, str]
    running: list[children.Child] = field(default_factory=list)

    def setup(self, name: str, *command: str) -> None:
        """Runs one command of ours to its end."""
        if not children.run("setup", (sys.executable, "-m", *command), self.environ, self._logs):
            raise CannotRunError(f"{name} failed:\n{children.tail(self._logs / 'setup.log')}")

    def launch(self, name: str, *command: str) -> None:
        command = (sys.executable, "-m", *command)
        self.running.append(children.spawn(name, command, self.environ, self._logs))

    def check(self) -> None:
        """Raises CannotRunError, naming the child that died and saying its last words."""
        for child in self.running:
            if child.died():
                code = child.process.returncode
                raise CannotRunError(
                    f"The {child.name} process ended by itself (code {code}). "
                    f"The end of {child.log}:\n{child.last_words()}"
                )

    def wait_until(self, port: int, path: str) -> None:
        give_up = time.monotonic() + READY_WITHIN
        while not _answers(port, path):
            self.check()
            if time.monotonic() > give_up:
                raise CannotRunError(
                    f"http://127.0.0.1:{port}{path} is not ready after {READY_WITHIN:.0f} s: "
                    f"look into {self._logs}."
                )
            time.sleep(LOOK_EVERY)

    def stop(self) -> None:
        for child in reversed(self.running):
            child.stop()

    @property
    def _logs(self) -> Path:
        return self.place.logs


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", default="8000")
    try:
        port = _read_port(parser.parse_args().port)
    except CannotRunError as error:
        print(error, file=sys.stderr)
        return 1
    place = Place(Path(os.environ.get("BEDSIDE_DATA") or ".data").absolute(), port)
    for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(wanted, _stop_requested)
    try:
        with _alone(place):
            _check_ports(place)
            _live(place)
    except StopRequestedError:
        print("Stopped. The data are kept in", place.data)
    except (CannotRunError, postgres.PostgresError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _live(place: Place) -> None:
    """Everything between the first process and the last; returns only by an exception."""
    own_server = "DATABASE_URL" not in os.environ
    print("Starting Bedside ...", flush=True)
    try:
        server = (
            postgres.start(place.data / "postgres").dsn_for()
            if own_server
            else os.environ["DATABASE_URL"]
        )
        practice = Practice(place, environment_for(place, server))
        try:
            begin(practice)
            print(summary(place), flush=True)
            while True:
                time.sleep(LOOK_EVERY)
                practice.check()
        finally:
            _ignore_further_signals()
            practice.stop()
    finally:
        _ignore_further_signals()
        if own_server:
            postgres.stop(place.data / "postgres")


def begin(practice: Practice) -> None:
    """Everything from an empty folder to a page that answers. Raises CannotRunError."""
    place = practice.place
    _keep_logs_short(place)
    practice.launch("sandbox", "shared.sandbox", "--port", str(place.sandbox_port))
    practice.setup("Preparing the database", "flask", "db", "bootstrap", "--upgrade")
    practice.wait_until(place.sandbox_port, "/")
    launch_worker(practice)
    launch_web(practice)
    if not place.credentials.exists():
        practice.setup("Seeding the demo practice", "flask", "seed", "--scenario", "demo")
    practice.wait_until(place.port, "/readyz")


def launch_worker(practice: Practice) -> None:
    """The process that takes jobs."""
    practice.launch("worker", "shared.jobs.worker")


def launch_web(practice: Practice) -> None:
    """The process that answers people."""
    port = str(practice.place.port)
    practice.launch(
        "web",
        *("granian", "--interface", "wsgi", "--http", "1", "--host", "127.0.0.1", "--port", port),
        *("--workers", "2", "--blocking-threads", "256", "--backpressure", "512"),
        *("--no-ws", "wsgi:app"),
    )


def _answers(port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status < 400
    except OSError:
        return False
    finally:
        connection.close()


def _read_port(typed: str) -> int:
    port = int(typed) if typed.isascii() and typed.isdigit() else 0
    if not 0 < port < LAST_PORT:
        raise CannotRunError(
            f"PORT is a number from 1 to {LAST_PORT - 1} (the sandbox takes the next), not {typed}."
        )
    return port


def _check_ports(place: Place) -> None:
    for port in (place.port, place.sandbox_port):
        if not port_is_free(port):
            raise CannotRunError(
                f"Port {port} is in use, or not for you: stop what uses it, or choose another pair "
                f"with make run PORT={_another(place)}."
            )


def _another(place: Place) -> int:
    return place.port + 1000 if place.port + 1000 < LAST_PORT else 8000


def _keep_logs_short(place: Place) -> None:
    """The log of the last start stays beside the new one."""
    for log in place.logs.glob("*.log"):
        log.replace(log.with_suffix(".log.1"))


@contextlib.contextmanager
def _alone(place: Place) -> Iterator[None]:
    """One start per data folder: a second would share its Postgres and stop it."""
    try:
        place.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise CannotRunError(
            f"{place.data} is no folder to keep data in ({error.strerror}): choose another with "
            "make run BEDSIDE_DATA=/some/dir."
        ) from None
    if shutil.disk_usage(place.data).free < 200_000_000:
        raise CannotRunError(f"Less than 200 MB are free below {place.data}.")
    with (place.data / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRunError(
                f"Bedside already runs on {place.data}: stop it, or choose another folder with "
                f"make run PORT={_another(place)} BEDSIDE_DATA=/some/dir."
            ) from None
        yield


def _stop_requested(_signal: int, _frame: FrameType | None) -> None:
    raise StopRequestedError


def _ignore_further_signals() -> None:
    """A second Ctrl-C does not leave orphans."""
    for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(wanted, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
