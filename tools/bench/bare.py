"""The program that does nothing but a page's SQL: what any framework would have to pay.

Same server, same pool, same transactions and statements, same gate; no page, no sign-in, no
objects. What writes is undone at the end instead of committed, because it can be written only once.
"""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine

from shared.app import engine_options
from shared.web.admission import Admission, Gate
from tools.bench.statements import Recording

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# The lock of one form's key: no two real requests ask for the same.
OWN_LOCK = "select pg_advisory_xact_lock(%(key)s)"
BODY = b"done" * 1024


def make_program() -> "WSGIApplication":
    """Replays the file that BENCH_STATEMENTS names."""
    recording = Recording.load(Path(os.environ["BENCH_STATEMENTS"]))
    address = os.environ["BEDSIDE_WEB_DSN"].replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(address, **engine_options())

    def program(_environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        for transaction in recording.transactions:
            with engine.connect() as connection:
                for statement, parameters in transaction:
                    given = parameters
                    if statement == OWN_LOCK:
                        given = {"key": secrets.randbits(62)}
                    found = connection.exec_driver_sql(statement, given)
                    if found.returns_rows:
                        found.fetchall()
                if recording.undone:
                    connection.rollback()
                else:
                    connection.commit()
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4096")])
        return [BODY]

    places = int(os.environ.get("BEDSIDE_CONCURRENCY", "4"))
    full = ("503 Service Unavailable", [("Content-Length", "0")], b"")
    return Admission(program, Gate(places, places * 15), lambda _: full)


def __getattr__(name: str) -> "WSGIApplication":
    if name == "app":
        return make_program()
    raise AttributeError(name)
