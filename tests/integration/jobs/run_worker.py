"""The real worker in a process of its own, with the test's keys and two tasks to watch it by."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from shared import keyring
from shared.config import load_settings
from shared.jobs import registry
from shared.jobs.base import make_base
from shared.jobs.worker import Worker, read_pace
from shared.practices.keys import load_keys
from tests.keys import LocalKeys


@registry.task("test_flaky")
def flaky(job: registry.Job, *, folder: str) -> None:
    """Fails the first time."""
    mark(folder, "flaky")
    if job.attempt == 1:
        raise registry.TryLater(timedelta(seconds=1), "the first time")


@registry.task("test_slow")
def slow(job: registry.Job, *, folder: str, patient_id: UUID) -> None:
    """Takes its time and says when it begins and ends."""
    mark(folder, f"begun {patient_id}")
    time.sleep(2.5)
    mark(folder, "ended")


def mark(folder: str, words: str) -> None:
    with (Path(folder) / "marks").open("a") as file:
        file.write(words + "\n")


def load(practice_id: UUID) -> list[keyring.WrappedKey]:
    with base.app_context():
        return load_keys(practice_id)


if __name__ == "__main__":
    pace, once = read_pace()
    base = make_base(load_settings(), connections=pace.concurrency + 2)
    keyring.install(keyring.Keyring(LocalKeys(), load))
    worker = Worker(base, pace)
    asyncio.run(worker.once() if once else worker.serve())
