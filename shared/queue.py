"""Asking for work: a job enqueued in the business transaction, run after it commits."""

import json
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared import clock

_DEFER = text(
    "select jobs.defer(:task, cast(:args as jsonb), cast(:run_at as timestamptz),"
    " :lock, :queueing_lock)"
)


def defer(
    session: Session,
    task: str,
    *,
    run_at: datetime | None = None,
    lock: str | None = None,
    queueing_lock: str | None = None,
    **ids: object,
) -> None:
    """Enqueue `task` for after this transaction commits; nothing is enqueued if it rolls back.

    `ids` are identifiers only (they end up in the queue's table and its logs), never contents.
    Jobs sharing a `lock` run one at a time; a second job with the same waiting `queueing_lock`
    is not enqueued.
    """
    context = session.info["context"]
    args = {name: str(value) for name, value in ids.items()}
    args["practice_id"] = str(context.practice_id)
    session.execute(
        _DEFER,
        {
            "task": task,
            "args": json.dumps(args),
            # The queue lives by the machine's time, also while the sandbox has moved ours.
            "run_at": run_at - clock.offset() if run_at else None,
            "lock": lock,
            "queueing_lock": queueing_lock,
        },
    )
