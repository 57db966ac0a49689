"""Worker processes and the sandbox they send through."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from shared.config import Settings
from tests.sandbox_process import SandboxHandle, start_sandbox

ROOT = Path(__file__).parents[3]
QUICK = ("--pulse", "0.5", "--silence", "3", "--tick", "0.5", "--beat", "0.5", "--poll", "0.2")


@dataclass
class WorkerProcess:
    """A worker that was started for one test."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def kill(self) -> None:
        """As the kernel does it when memory runs out."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> int:
        """As a deployment does it; returns the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@pytest.fixture(scope="module")
def running_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    handle = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield handle
    handle.stop()


@pytest.fixture
def sandbox(running_sandbox: SandboxHandle) -> Iterator[SandboxHandle]:
    yield running_sandbox
    running_sandbox.fault("ses", "off")
    running_sandbox.reset()


@pytest.fixture
def start_worker(
    settings: Settings, sandbox: SandboxHandle, tmp_path: Path
) -> Iterator[Callable[..., WorkerProcess]]:
    """Start a worker on this test's database; all of them are gone afterwards."""
    started: list[WorkerProcess] = []
    env = {name: value for name, value in os.environ.items() if not name.startswith("BEDSIDE_")}
    env |= sandbox.env
    env |= {item.metadata["env"]: getattr(settings, item.name) for item in fields(Settings)}

    def start(*more: str) -> WorkerProcess:
        log = tmp_path / f"worker-{len(started)}.log"
        command = [sys.executable, "-m", "tests.integration.jobs.run_worker", *QUICK, *more]
        with log.open("wb") as output:
            process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=output)
        started.append(WorkerProcess(process, log))
        return started[-1]

    yield start
    for worker in started:
        with contextlib.suppress(ProcessLookupError):
            worker.process.kill()
        worker.process.wait(10)


def wait_for(condition: Callable[[], object], within: float = 60.0) -> None:
    """Until `condition` holds; fails the test after `within` seconds."""
    end = time.monotonic() + within
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"not within {within} s")
        time.sleep(0.1)
