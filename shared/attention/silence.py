"""Whether the background worker gives a sign of life, as told by another path than its own."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from sqlalchemy import text

from shared import clock
from shared.attention.items import raise_item
from shared.db import Context, open_session

# Longer than readiness allows: a restart of the worker is no reason to look up.
SILENCE = timedelta(minutes=2)
# A process asks the database at most this often, in seconds.
ASK_EVERY = 15.0
LAST_BEAT = text("select max(seen_at) from worker_heartbeat")
LAST_SIGN = text("""
    select coalesce((select max(seen_at) from worker_heartbeat),
        (select max(ticked_at) from schedule_tick))
""")
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('worker_silent', 0))")
_TOLD = text("""
    select max(last_at) from attention_item
    where practice_id = :practice and kind = 'worker_silent'
""")

_asked: tuple[float, datetime | None] | None = None


def find_silence() -> datetime | None:
    """When the last sign of life was, if that is too long ago; None while all is well."""
    global _asked
    now = time.monotonic()
    if _asked is None or now - _asked[0] > ASK_EVERY:
        _asked = (now, last_beat())
    seen = _asked[1]
    # The heartbeat lives by the machine's time, also while the sandbox has moved ours.
    silent = seen is not None and clock.now() - clock.offset() - seen > SILENCE
    return seen + clock.offset() if silent and seen is not None else None


def last_beat() -> datetime | None:
    """The newest sign of life of any worker."""
    with open_session(Context(None, "bedside_public", "readiness")) as session:
        found: datetime | None = session.scalar(LAST_BEAT)
        return found


def last_sign() -> datetime | None:
    """The newest sign of life; of workers that went in order, when they last asked for work.

    None where no worker ever ran.
    """
    with open_session(Context(None, "bedside_job", "job")) as session:
        found: datetime | None = session.scalar(LAST_SIGN)
        return found


def report_silence(contexts: list[Context]) -> bool:
    """For a worker that starts: if its dead predecessor was silent for long, owners are told.

    A worker that goes in order takes its sign of life away, so that a planned pause is no silence.
    """
    seen = last_beat()
    if seen is None or clock.now() - clock.offset() - seen <= SILENCE:
        return False
    raised = [raise_silence(context, seen) for context in contexts]
    return any(raised)


def raise_silence(context: Context, seen: datetime) -> bool:
    """Raise the item about a silence that began at `seen`; False when somebody has done so."""
    with open_session(context) as session:
        session.execute(_ONE_AT_A_TIME)
        told = session.scalar(_TOLD, {"practice": context.practice_id})
        if told is not None and told - clock.offset() > seen:
            return False
        raise_item(session, "worker_silent")
        return True
