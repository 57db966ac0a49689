"""Who is let in when more people come than can be served: few at work, a short queue, else 503.

Stands before the program as WSGI. A request that cannot be served soon is told so at once, with
bytes made at start-up: no database, no template, no session.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask

from shared.config import Settings
from shared.web.bodies import MAX_BODY_BYTES, Bodies, NoRoom, TooSlow, sender_of
from shared.web.errors import error_answer, home_of
from shared.web.impatience import Impatience
from shared.web.policy import file_routes

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Longer than this nobody waits for a page in good humour.
PATIENCE = 2.0  # seconds
# How many may wait for each place at work: at some 10 ms a page, little more than half a second.
WAITING_FOR_EACH = 15
RETRY_AFTER = 3  # seconds
# Who comes back sooner is kept for a moment: a program that asks again and again, however often it
# is refused, must not cost more than those who are served.
PAUSE = 0.1  # seconds
TELL_EVERY = 5.0  # seconds between two lines of the log about shed requests
HEALTH = frozenset({"/healthz", "/readyz"})

log = structlog.get_logger(__name__)


class Rank(IntEnum):
    """Who goes first."""

    URGENT = 0
    PORTAL = 1
    ADMIN = 2
    MARKETING = 3


# Signing in, the visit of today and its payment, what vendors tell us, and what such a page is
# made of: a page without its style sheet is no page.
URGENT_EXACTLY = frozenset({"/admin/", "/portal/session", "/admin/session"})
URGENT_BELOW = (
    "/hooks/",
    "/portal/sign-in",
    "/admin/sign-in",
    "/portal/appointments/",
    "/portal/payments/",
    "/portal/holds/",
    "/admin/schedule",
    "/static/",
    "/brand/",
)


def rank_of(path: str) -> Rank:
    """How soon a request to this path is served when others wait."""
    if path in URGENT_EXACTLY or path.startswith(URGENT_BELOW):
        return Rank.URGENT
    if path == "/portal" or path.startswith("/portal/"):
        return Rank.PORTAL
    return Rank.ADMIN if path == "/admin" or path.startswith("/admin/") else Rank.MARKETING


class _Waiter:
    """Somebody in the queue: told once whether they may come in."""

    __slots__ = ("admitted", "rank", "told")

    def __init__(self, rank: Rank) -> None:
        self.rank = rank
        self.told = Event()
        self.admitted = False

    def tell(self, *, admitted: bool) -> None:
        self.admitted = admitted
        self.told.set()


class Gate:
    """At most `places` at work and `room` waiting; the urgent first, then the longest waiting."""

    def __init__(self, places: int, room: int, patience: float = PATIENCE) -> None:
        self.places = places
        self.room = room
        self.patience = patience
        self.working = 0
        self._lock = Lock()
        self._queues: dict[Rank, deque[_Waiter]] = {rank: deque() for rank in Rank}

    @property
    def waiting(self) -> int:
        """How many are in the queue."""
        return sum(map(len, self._queues.values()))

    def enter(self, rank: Rank) -> bool:
        """True when the caller may work and must `leave`; False when it is turned away."""
        with self._lock:
            if self.working < self.places:
                self.working += 1
                return True
            if self.waiting >= self.room and not self._make_room(rank):
                return False
            waiter = _Waiter(rank)
            self._queues[rank].append(waiter)
        waiter.told.wait(self.patience)
        with self._lock:
            if not waiter.told.is_set():
                self._queues[rank].remove(waiter)
        return waiter.admitted

    def leave(self) -> None:
        """Hand one's place to whoever is next."""
        with self._lock:
            for rank in Rank:
                if self._queues[rank]:
                    self._queues[rank].popleft().tell(admitted=True)
                    return
            self.working -= 1

    def _make_room(self, rank: Rank) -> bool:
        """Send the last of the least urgent away, if the newcomer goes before them."""
        for lower in reversed(Rank):
            if lower <= rank:
                return False
            if self._queues[lower]:
                self._queues[lower].pop().tell(admitted=False)
                return True
        return False


Answer = tuple[str, list[tuple[str, str]], bytes]


class Admission:
    """The gate as WSGI middleware."""

    def __init__(
        self,
        program: "WSGIApplication",
        gate: Gate,
        sorry: Callable[["WSGIEnvironment"], Answer],
        files: Mapping[str, int] | None = None,
    ) -> None:
        """`files` are the addresses that may be sent more than a form, with how many bytes."""
        self.program = program
        self.gate = gate
        self._files = files or {}
        self._bodies = Bodies()
        self._impatience = Impatience(RETRY_AFTER)
        self._sorry = sorry
        self._shed = 0
        self._told_at = 0.0

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "/")
        if path in HEALTH:
            return self.program(environ, start_response)
        try:
            self._bodies.take(environ, self._files.get(path, MAX_BODY_BYTES))
        except (TooSlow, NoRoom):
            return self._turn_away(environ, start_response)
        if not self.gate.enter(rank_of(path)):
            return self._turn_away(environ, start_response)
        # Answers are whole when the program returns: what is left is only to send them.
        try:
            return self.program(environ, start_response)
        finally:
            self.gate.leave()

    def _turn_away(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if self._impatience.shown_by(sender_of(environ)):
            time.sleep(PAUSE)
        status, headers, body = self._sorry(environ)
        start_response(status, list(headers))
        self._shed += 1
        now = time.monotonic()
        if now - self._told_at > TELL_EVERY:
            count, self._shed, self._told_at = self._shed, 0, now
            log.warning("overload.shed", count=count)
        return [body]


def prepare_sorry(app: Flask) -> Callable[["WSGIEnvironment"], Answer]:
    """Render the 503 once for each face, and once as a fragment, with all the headers of ours."""
    pages = {home: _render(app, home, {}) for home in ("/", "/portal/", "/admin/")}
    fragment = _render(app, "/portal/", {"HX-Request": "true"})

    def choose(environ: "WSGIEnvironment") -> Answer:
        partial = environ.get("HTTP_HX_REQUEST_TYPE", "partial") == "partial"
        if environ.get("HTTP_HX_REQUEST") == "true" and partial:
            return fragment
        return pages[home_of(environ.get("PATH_INFO", "/"))]

    return choose


def _render(app: Flask, path: str, headers: dict[str, str]) -> Answer:
    with app.test_request_context(path, headers=headers):
        answer = app.process_response(error_answer(503, {"Retry-After": str(RETRY_AFTER)}))
        kept: list[Any] = [
            (name, value)
            for name, value in answer.headers
            if name not in {"Set-Cookie", "X-Request-Id"}
        ]
        return answer.status, kept, answer.get_data()


def init_admission(app: Flask, settings: Settings) -> None:
    """Put the gate before the finished program."""
    places = settings.places
    gate = Gate(places, places * WAITING_FOR_EACH)
    app.extensions["gate"] = gate
    gated = Admission(app.wsgi_app, gate, prepare_sorry(app), file_routes(app))
    app.wsgi_app = gated  # type: ignore[method-assign]  # as Flask documents
