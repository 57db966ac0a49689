"""Is the process alive (/healthz), and is everything it needs there (/readyz)?"""

import time
from datetime import timedelta
from threading import Lock

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared import clock
from shared.db import Context, open_session
from shared.web.policy import requires

blueprint = Blueprint("health", __name__)
# A worker that has not been heard of for this long is taken for dead.
WORKER_SILENCE = timedelta(seconds=60)
MISSING = {"database": False, "schema": False, "worker": False}
GOOD_FOR = 1.0  # seconds
ASK_WITHIN = 2.0  # seconds


@blueprint.get("/healthz")
@requires("public.read")
def live() -> Response:
    """200 while the process can answer at all."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@requires("public.read")
def ready() -> tuple[Response, int]:
    """200 when database, schema and worker are there; else 503 and which is not."""
    checks = current_app.extensions.setdefault("readiness", _Readiness()).ask()
    return jsonify(checks), 200 if all(checks.values()) else 503


class _Readiness:
    """Anybody may ask, as often as they like, and waits for no place: so one at a time asks the
    database, and good news holds for a second."""

    def __init__(self) -> None:
        self._asking = Lock()
        self._good: dict[str, bool] = {}
        self._good_until = 0.0

    def ask(self) -> dict[str, bool]:
        if time.monotonic() < self._good_until:
            return self._good
        if not self._asking.acquire(timeout=ASK_WITHIN):
            return dict(MISSING)
        try:
            if time.monotonic() < self._good_until:
                return self._good
            checks = check_readiness()
            if all(checks.values()):
                self._good, self._good_until = checks, time.monotonic() + GOOD_FOR
            return checks
        finally:
            self._asking.release()


def fits(revision: str | None) -> bool:
    """Whether this program runs on that schema: its own, or one that came after it.

    A migration only adds while the version before it is at work (ADR 28), so a revision that this
    program does not know is a later one. An earlier one lacks what it needs.
    """
    known = current_app.config["SCHEMA_KNOWN"]
    return revision is not None and (revision == known[-1] or revision not in known)


def check_readiness() -> dict[str, bool]:
    """{"database": bool, "schema": bool, "worker": bool}"""
    try:
        with open_session(Context(None, "bedside_public", "readiness")) as session:
            revision = session.scalar(text("select version_num from alembic_version"))
            seen = session.scalar(text("select max(seen_at) from worker_heartbeat"))
    except SQLAlchemyError:
        return dict(MISSING)
    fresh = seen is not None and clock.now() - clock.offset() - seen < WORKER_SILENCE
    return {
        "database": True,
        "schema": fits(revision),
        "worker": fresh,
    }
