"""Error answers for people: a page, or a fragment when htmx asked, each with its request id."""

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from psycopg.errors import ExclusionViolation, UniqueViolation
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import Forbidden, HTTPException

from shared.access.errors import NotFound, Refused
from shared.keyring import KeysUnavailable
from shared.web.current import find_viewer
from shared.web.problems import WITHOUT_COOKIES, Problem, problem_for

log = structlog.get_logger(__name__)
KEPT_HEADERS = ("Allow", "Retry-After", "HX-Redirect", "WWW-Authenticate")


def asks_for_fragment() -> bool:
    """True when htmx will put the answer into a page; a history restore wants a whole page."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Request-Type", "partial") == "partial"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def home_of(path: str) -> str:
    """The start page of the face an address belongs to."""
    for face in ("/portal", "/admin"):
        if path == face or path.startswith(face + "/"):
            return face + "/"
    return "/"


def error_answer(
    status: int, headers: dict[str, str] | None = None, problem: Problem | None = None
) -> Response:
    """The page or fragment for a status, in words of its own where there are any."""
    template = "errors/_error.html" if asks_for_fragment() else "errors/show.html"
    g.waiting = 0  # a page about a failure asks the database nothing, not even for a number
    body = render_template(
        template,
        status=status,
        problem=problem or problem_for(status),
        request_id=g.get("request_id"),
        home=home_of(request.path),
    )
    response = make_response(body, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers.extend(headers or {})
    return response


def tell_refusal(status: int) -> None:
    """A line for whoever watches over attempts: which door stayed shut, for which session.

    Ids and fixed words only; an address that leads nowhere is no attempt.
    """
    viewer = find_viewer()
    if viewer is None or request.endpoint is None:
        return
    log.warning(
        "access.refused",
        status=status,
        endpoint=request.endpoint,
        method=request.method,
        practice_id=viewer.practice_id,
        session_id=viewer.session_id,
        actor_kind=viewer.kind,
        request_id=g.get("request_id"),
    )


def _on_http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    status = error.code or 500
    if isinstance(error, CSRFError | Forbidden):
        tell_refusal(status)
    if status < 400:
        return error.get_response()
    kept = {name: value for name, value in error.get_headers() if name in KEPT_HEADERS}
    bare = isinstance(error, CSRFError) and not request.cookies
    return error_answer(status, kept, WITHOUT_COOKIES if bare else None)


def _on_absence(_: NotFound) -> ResponseReturnValue:
    """Absent and not yours look the same."""
    tell_refusal(404)
    return error_answer(404)


def _on_refusal(_: Refused) -> ResponseReturnValue:
    tell_refusal(403)
    return error_answer(403)


def _on_database_away(error: OperationalError) -> ResponseReturnValue:
    code = getattr(error.orig, "sqlstate", None) or "unreached"
    log.error("database_away", kind=type(error.orig).__name__, code=code, exc_info=error)
    return error_answer(503, {"Retry-After": "30"})


def _on_unwritable(error: DataError) -> ResponseReturnValue:
    """What no column can hold (a NUL, a number without end) was sent by nobody's keyboard."""
    log.warning("unwritable_value", kind=type(error.orig).__name__, endpoint=request.endpoint)
    return error_answer(400)


def _on_conflict(error: IntegrityError) -> ResponseReturnValue:
    """Two did the same at once and the database kept one: nobody's fault, and told as that."""
    if not isinstance(error.orig, UniqueViolation | ExclusionViolation):
        raise error
    log.warning("conflict", kind=type(error.orig).__name__, endpoint=request.endpoint)
    return error_answer(409)


def _on_keys_away(error: KeysUnavailable) -> ResponseReturnValue:
    """What is encrypted can be neither read nor looked up until the key service answers."""
    log.error("keys_away", kind=type(error).__name__)
    return error_answer(503, {"Retry-After": "30"})


def _on_crash(error: Exception) -> ResponseReturnValue:
    log.error("request_crashed", exc_info=error)
    return error_answer(500)


def init_errors(app: Flask) -> None:
    """Register the handlers. Every path out of a failed request is one of these."""
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(NotFound, _on_absence)
    app.register_error_handler(Refused, _on_refusal)
    app.register_error_handler(OperationalError, _on_database_away)
    app.register_error_handler(DataError, _on_unwritable)
    app.register_error_handler(IntegrityError, _on_conflict)
    app.register_error_handler(KeysUnavailable, _on_keys_away)
    if not app.config.get("PROPAGATE_EXCEPTIONS"):
        app.register_error_handler(Exception, _on_crash)
