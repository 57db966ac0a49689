"""The gate before a program of one line, for senders who drip."""

from typing import Any

from shared.web import bodies
from shared.web.admission import Admission, Gate

bodies.GRACE = 1.0


def program(environ: Any, start_response: Any) -> list[bytes]:
    """Answer with what was sent."""
    body = environ["wsgi.input"].read() if environ["REQUEST_METHOD"] == "POST" else b"page"
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


BUSY = ("503 Service Unavailable", [("Content-Length", "0")], b"")
app = Admission(program, Gate(4, 60), lambda _: BUSY)
