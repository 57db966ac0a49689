"""Is the process alive (/healthz), and is everything it needs there (/readyz)?"""

from datetime import timedelta

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared import clock
from shared.db import Context, open_session
from shared.web.policy import requires

blueprint = Blueprint("health", __name__)
# A worker that has not been heard of for this long is taken for dead.
WORKER_SILENCE = timedelta(seconds=60)


@blueprint.get("/healthz")
@requires("public.read")
def live() -> Response:
    """200 while the process can answer at all."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@requires("public.read")
def ready() -> tuple[Response, int]:
    """200 when database, schema and worker are there; else 503 and which is not."""
    checks = check_readiness()
    return jsonify(checks), 200 if all(checks.values()) else 503


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
        return {"database": False, "schema": False, "worker": False}
    fresh = seen is not None and clock.now() - clock.offset() - seen < WORKER_SILENCE
    return {
        "database": True,
        "schema": fits(revision),
        "worker": fresh,
    }
