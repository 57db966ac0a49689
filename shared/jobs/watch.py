"""Keeping the worker honest: its sign of life, the jobs of dead workers, the schedules' ticks."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import structlog
from sqlalchemy import text

from shared.access.principal import Principal
from shared.attention import silence
from shared.db import Context, open_session
from shared.jobs.registry import Schedule
from shared.practices.listing import list_practice_ids
from shared.proof.forms import PLATFORM
from shared.queue import defer

log = structlog.get_logger(__name__)

# A job that was running in this many processes when they died is the reason they died.
MOST_DEATHS = 5

_BEAT = text(
    "insert into worker_heartbeat (worker, task, seen_at)"
    " values (:worker, :task, clock_timestamp())"
    " on conflict (worker) do update set task = excluded.task, seen_at = excluded.seen_at"
)
_FORGET = text("delete from worker_heartbeat where worker = :worker")
_FORGET_OLD = text(
    "delete from worker_heartbeat where seen_at < clock_timestamp() - interval '1 day'"
)
_TICK = text(
    "insert into schedule_tick as t (name, ticked_at) values (:name, clock_timestamp())"
    " on conflict (name) do update set ticked_at = excluded.ticked_at"
    " where t.ticked_at <= clock_timestamp() - cast(:every as interval) returning name"
)

# Runs as the worker's own login: the queue belongs to no practice. The row locks make two workers
# that look at the same moment take each job once. A schedule's job is not repeated but ended,
# because the next tick asks for it again (and its queueing lock may already be taken by that).
REQUEUE = """
with stalled as (
    select job.id, job.attempts, job.queueing_lock, job.task_name
    from jobs.procrastinate_jobs as job
    where job.status = 'doing' and not exists (
        select from jobs.procrastinate_workers as worker
        where worker.id = job.worker_id
            and worker.last_heartbeat >= now() - make_interval(secs => %(silence)s)
    )
    for update of job skip locked
)
select id, task_name, queueing_lock is null and attempts < %(deaths)s as again,
    case when queueing_lock is null and attempts < %(deaths)s
        then jobs.procrastinate_retry_job_v2(id, now(), null, null, null)
        else jobs.procrastinate_finish_job_v1(id, 'failed', false)
    end
from stalled
"""


def platform_context() -> Context:
    """The worker itself, outside any practice."""
    return Context(None, "bedside_job", "job")


def beat(worker: str, running: Iterable[str]) -> None:
    """Write the sign of life; readiness reads the newest."""
    with open_session(platform_context()) as session:
        task = ", ".join(sorted(running)) or "idle"
        session.execute(_BEAT, {"worker": worker, "task": task})
        session.execute(_FORGET_OLD)


def stop_beating(worker: str) -> None:
    """Take the sign of life away, because the worker goes in order."""
    with open_session(platform_context()) as session:
        session.execute(_FORGET, {"worker": worker})


def tick(schedules: Iterable[Schedule]) -> list[str]:
    """Ask for the work of every schedule whose time has come; returns their names.

    Any number of workers may call it: the row of a schedule is taken by one of them.
    """
    due = [schedule for schedule in schedules if _claim_tick(schedule)]
    practices = list_practice_ids() if due else []
    for schedule in due:
        for practice_id in [*practices, PLATFORM] if schedule.platform else practices:
            _ask(schedule.name, practice_id)
    return [schedule.name for schedule in due]


def report_silence() -> bool:
    """A worker starts: tell the owners if the one before died and was missed for long."""
    contexts = [Principal.job(one, "watch").context() for one in list_practice_ids()]
    return silence.report_silence(contexts)


def _claim_tick(schedule: Schedule) -> bool:
    with open_session(platform_context()) as session:
        values = {"name": schedule.name, "every": schedule.every}
        return session.execute(_TICK, values).first() is not None


def _ask(name: str, practice_id: UUID) -> None:
    lock = f"{name}:{practice_id}"
    with open_session(Principal.job(practice_id, name).context()) as session:
        defer(session, name, lock=lock, queueing_lock=lock)
