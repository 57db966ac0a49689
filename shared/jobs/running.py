"""Running one job: in an app context, in its practice's name, told in the log without its words."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from threading import Lock
from uuid import UUID

import structlog
from flask import Flask
from procrastinate import App, BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.jobs import Job as QueuedJob

from shared.jobs.registry import Job, Task

log = structlog.get_logger(__name__)


class Backoff(BaseRetryStrategy):
    """The task's own waits, in the queue's terms."""

    def __init__(self, task: Task) -> None:
        self.task = task

    def get_retry_decision(
        self, *, exception: BaseException, job: QueuedJob
    ) -> RetryDecision | None:
        """When to run it again; None to give up. The queue counts finished attempts from 0."""
        wait = self.task.wait(exception, job.attempts + 1)
        if wait is None:
            return None
        return RetryDecision(retry_in={"seconds": round(wait.total_seconds())})


class Runner:
    """Turns tasks of ours into the queue's, and knows what is running now."""

    def __init__(self, base: Flask) -> None:
        self.base = base
        self._running: Counter[str] = Counter()
        self._lock = Lock()

    @property
    def running(self) -> list[str]:
        """Names of the tasks being run."""
        with self._lock:
            return [name for name, count in self._running.items() if count > 0]

    def register(self, queue: App, task: Task) -> None:
        """Make the queue know the task."""
        queue.task(name=task.name, retry=Backoff(task), pass_context=True)(self._shell(task))

    def _shell(self, task: Task) -> Callable[..., None]:
        def run(context: JobContext, practice_id: str, **arguments: str) -> None:
            job = Job(
                task=task.name,
                practice_id=UUID(practice_id),
                settings=self.base.config["SETTINGS"],
                id=context.job.id or 0,
                attempt=context.job.attempts + 1,
            )
            self._run(task, job, arguments)

        return run

    def _run(self, task: Task, job: Job, arguments: dict[str, str]) -> None:
        self._count(task.name, 1)
        started = time.monotonic()
        told = log.bind(
            job=task.name, job_id=job.id, attempt=job.attempt, practice_id=str(job.practice_id)
        )
        try:
            with self.base.app_context():
                task.call(job, arguments)
        except Exception as error:
            again = task.wait(error, job.attempt) is not None
            told.error("job.failed", action="retry" if again else "give_up", exc_info=True)
            raise
        else:
            told.info("job.done", duration_ms=round((time.monotonic() - started) * 1000))
        finally:
            self._count(task.name, -1)

    def _count(self, name: str, change: int) -> None:
        with self._lock:
            self._running[name] += change
