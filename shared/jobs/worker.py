"""The worker process: `python -m shared.jobs.worker`.

Takes jobs from the queue (procrastinate, schema `jobs`) under its own database login and runs each
in a thread. SIGTERM lets running jobs end; after SIGKILL another worker takes them up again once
the dead one's sign of life is too old. With `--once` it asks for what is due, does all there is to
do and ends: the second way, for a clock outside, by which work is done while no worker lives.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import secrets
import signal
import socket
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask
from procrastinate import App, PsycopgConnector
from sqlalchemy.exc import SQLAlchemyError

from shared.adapters.database.iam import password_for
from shared.config import Settings, load_settings
from shared.connections import NETWORK
from shared.jobs.base import make_base
from shared.jobs.registry import SCHEDULES, load_tasks
from shared.jobs.running import Runner
from shared.jobs.watch import MOST_DEATHS, REQUEUE, beat, report_silence, stop_beating, tick

log = structlog.get_logger(__name__)

# Seconds between attempts to take up work again after the database was lost.
AFTER_AN_OUTAGE = 2.0
# The supervisor starts a new one; what this one was doing is taken up again.
EXIT_DEAF = 75

Watch = Callable[[], Coroutine[None, None, None]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the worker looks, in seconds. `silence` must exceed `pulse` several times."""

    concurrency: int = 4
    poll: float = 0.5
    pulse: float = 5.0
    silence: float = 25.0
    beat: float = 10.0
    tick: float = 5.0
    grace: float = 25.0
    deaf: float = 45.0


def read_pace(arguments: list[str] | None = None) -> tuple[Pace, bool]:
    """The pace from the command line, and whether to go on; `--help` names its parts."""
    parser = argparse.ArgumentParser(description="Runs Bedside's jobs.")
    parser.add_argument("--once", action="store_true", help="do what there is to do, then end")
    for name in Pace.__slots__:
        usual = getattr(Pace(), name)
        parser.add_argument(f"--{name}", type=type(usual), default=usual)
    read = vars(parser.parse_args(arguments))
    once = read.pop("once")
    return Pace(**read), once


def main() -> None:
    """Read the settings, serve until told to stop; or once, until nothing is left."""
    pace, once = read_pace()
    base = make_base(load_settings(), connections=pace.concurrency + 2)
    worker = Worker(base, pace)
    asyncio.run(worker.once() if once else worker.serve())


class Worker:
    """One process of the worker."""

    def __init__(self, base: Flask, pace: Pace) -> None:
        quieten_queue()
        self.base = base
        self.pace = pace
        # The whole name is for operators; lines of the log name the last part.
        self.short = f"w{secrets.token_hex(3)}"
        self.name = f"{socket.gethostname()}-{os.getpid()}-{self.short}"
        self.runner = Runner(base)
        settings = base.config["SETTINGS"]
        self.queue = App(
            connector=PsycopgConnector(
                conninfo=settings.worker_dsn,
                min_size=1,
                max_size=4,
                kwargs=queue_options(settings),
            )
        )
        for task in load_tasks().values():
            self.runner.register(self.queue, task)

    async def serve(self) -> None:
        """Run until SIGTERM or SIGINT."""
        async with self.queue.open_async():
            with contextlib.suppress(SQLAlchemyError):
                await self._in_base(report_silence)
            watches = [
                asyncio.create_task(self._again(self.pace.beat, self._beat)),
                asyncio.create_task(self._again(self.pace.tick, self._tick)),
                asyncio.create_task(self._again(self.pace.silence / 4, self._requeue)),
            ]
            log.info("worker.started", process=self.short)
            try:
                await self._work_until_told()
            finally:
                for watch in watches:
                    watch.cancel()
                await asyncio.gather(*watches, return_exceptions=True)
                with contextlib.suppress(SQLAlchemyError):
                    await self._in_base(lambda: stop_beating(self.name))
                log.info("worker.stopped", process=self.short)

    async def once(self) -> None:
        """Ask for what is due, do what waits, end. No sign of life: a dead worker is missed."""
        async with self.queue.open_async():
            log.info("worker.once", process=self.short)
            await self._requeue()
            await self._tick()
            await self._work(wait=False)

    async def _work_until_told(self) -> None:
        """Take jobs until a signal comes. A lost database ends the queue's loop, not us."""
        told = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, told.set)
        ending = asyncio.create_task(told.wait())
        while not told.is_set():
            working = asyncio.create_task(self._work())
            await asyncio.wait({working, ending}, return_when=asyncio.FIRST_COMPLETED)
            if told.is_set():
                working.cancel()  # which lets running jobs end
            [result] = await asyncio.gather(working, return_exceptions=True)
            if not told.is_set():
                log.error("worker.lost_its_queue", kind=type(result).__name__)
                await asyncio.wait({ending}, timeout=AFTER_AN_OUTAGE)

    async def _work(self, *, wait: bool = True) -> None:
        await self.queue.run_worker_async(
            name=self.name,
            wait=wait,
            concurrency=self.pace.concurrency,
            fetch_job_polling_interval=self.pace.poll,
            abort_job_polling_interval=60.0,
            shutdown_graceful_timeout=self.pace.grace,
            update_heartbeat_interval=self.pace.pulse,
            stalled_worker_timeout=self.pace.silence,
            install_signal_handlers=False,
            delete_jobs="never",
        )

    async def _again(self, seconds: float, watch: Watch) -> None:
        """Do it now and every so often. A failure is told; the database may be away for a while."""
        while True:
            try:
                await watch()
            except Exception as error:  # noqa: BLE001 - whatever it is, the worker goes on
                log.error("worker.watch_failed", kind=type(error).__name__)
            await asyncio.sleep(seconds)

    async def _beat(self) -> None:
        await self._in_base(lambda: beat(self.name, self.runner.running))

    async def _tick(self) -> None:
        await self._in_base(lambda: tick(SCHEDULES.values()))

    async def _requeue(self) -> None:
        looking = self.queue.connector.execute_query_all_async(
            REQUEUE, silence=self.pace.silence, deaths=MOST_DEATHS
        )
        try:
            rows = await asyncio.wait_for(looking, self.pace.deaf)
        except TimeoutError:
            # No error, no answer: the queue's own connections wait as well, and would for ever.
            log.critical("worker.deaf", process=self.short)
            os._exit(EXIT_DEAF)
        for row in rows:
            action = "retry" if row["again"] else "give_up"
            log.warning("job.stalled", job=row["task_name"], job_id=row["id"], action=action)

    async def _in_base(self, work: Callable[[], object]) -> None:
        def run() -> None:
            with self.base.app_context():
                work()

        await asyncio.to_thread(run)


def queue_options(settings: Settings) -> Callable[[], dict[str, Any]]:
    """What the queue's own pool opens each connection with; a token is made for each."""
    password = password_for(settings, settings.worker_dsn)

    def options() -> dict[str, Any]:
        secret = {"password": password()} if password else {}
        return {"options": "-c search_path=jobs", **NETWORK, **secret}

    return options


def quieten_queue() -> None:
    """The queue's own lines repeat each job's arguments and errors; ours do not."""
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)


if __name__ == "__main__":
    main()
