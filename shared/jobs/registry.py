"""What work there is: tasks by name, and schedules that ask for one of them again and again.

A task may run twice, late, or after another process died in the middle of it: each must be
written so that this does no harm. A schedule never is the plan itself: it only asks its task to
do what is due and not done, so a late run catches up and a second one finds nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access.principal import Principal
from shared.config import Settings
from shared.db import open_session
from shared.events import Look, pending_looks, write_looks

# The modules whose tasks the worker knows.
TASK_MODULES = (
    *("booking", "configuration", "encounters", "ground", "inbound", "keys", "mail"),
    *("payments", "people", "proof", "sign_in", "visits"),
)

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a task: for which practice, and how to reach the database."""

    task: str
    practice_id: UUID
    settings: Settings
    id: int = 0
    attempt: int = 1

    @property
    def principal(self) -> Principal:
        """The job as a viewer and actor."""
        return Principal.job(self.practice_id, self.task)

    @contextmanager
    def session(self, reason: str | None = None) -> Iterator[Session]:
        """One transaction as `bedside_job`. Looks are written even when the work is undone.

        Never keep it open around a call to a vendor.
        """
        looks: dict[Look, None] = {}
        try:
            with self._open(reason) as session:
                try:
                    yield session
                finally:
                    looks = dict(pending_looks(session))
                write_looks(session)
        except BaseException:
            if looks:
                with self._open(reason) as session:
                    session.info["looks"] = looks
                    write_looks(session)
            raise

    @contextmanager
    def _open(self, reason: str | None) -> Iterator[Session]:
        context = self.principal.context(request_id=f"job-{self.id}", reason=reason)
        with open_session(context) as session:
            yield session


class TryLater(Exception):
    """The work cannot be done yet; the same job runs again after `wait`."""

    def __init__(self, wait: timedelta, reason: str) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Task:
    """`run` takes the job and the ids it was asked for with; `attempts` bounds the retries."""

    name: str
    run: Callable[..., None]
    attempts: int

    def call(self, job: Job, arguments: dict[str, str]) -> None:
        """Run with the queue's text arguments; those named *_id become UUIDs."""
        values: dict[str, object] = {
            name: UUID(value) if name.endswith("_id") else value
            for name, value in arguments.items()
        }
        inspect.signature(self.run).bind(job, **values)
        self.run(job, **values)

    def wait(self, error: BaseException, attempt: int) -> timedelta | None:
        """How long to wait before the next try after this one failed; None to give up."""
        if attempt >= self.attempts:
            return None
        if isinstance(error, TryLater):
            return error.wait
        return min(FIRST_WAIT * (1 << (attempt - 1)), LONGEST_WAIT)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Ask for task `name` in every practice, `every` so long at most.

    `platform`: also in the name of the platform, whose log belongs to no practice.
    """

    name: str
    every: timedelta
    platform: bool = False


TASKS: dict[str, Task] = {}
SCHEDULES: dict[str, Schedule] = {}

Run = Callable[..., None]


def task(name: str, *, attempts: int = 8) -> Callable[[Run], Run]:
    """Register a function as the task `name`. `attempts` counts the first run."""

    def register(run: Run) -> Run:
        if name in TASKS:
            raise ValueError(f"two tasks are called {name}")
        TASKS[name] = Task(name, run, attempts)
        return run

    return register


def every(seconds: int, *, platform: bool = False) -> Callable[[Run], Run]:
    """Register a function, under its own name, as a task that is asked for again and again."""

    def register(run: Run) -> Run:
        # A failed run is not repeated: the next tick asks again.
        task(run.__name__, attempts=1)(run)
        SCHEDULES[run.__name__] = Schedule(run.__name__, timedelta(seconds=seconds), platform)
        return run

    return register


def load_tasks() -> dict[str, Task]:
    """Import every module of tasks, so that the worker knows them all."""
    for module in TASK_MODULES:
        import_module(f"shared.jobs.{module}")
    return TASKS
