"""Few at work, a short queue, the urgent first, everybody else turned away at once."""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.web import admission, impatience
from shared.web.admission import Admission, Gate, Rank, rank_of

SORRY = ("503 Service Unavailable", [("Retry-After", "3")], b"full")


def until(true: Callable[[], bool], within: float = 5.0) -> None:
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end
        time.sleep(0.001)


@pytest.mark.parametrize(
    ("path", "rank"),
    [
        ("/portal/sign-in", Rank.URGENT),
        ("/portal/sign-in/link/abc", Rank.URGENT),
        ("/admin/sign-in/passkey", Rank.URGENT),
        ("/portal/appointments/0/payment", Rank.URGENT),
        ("/portal/payments/0/standing", Rank.URGENT),
        ("/hooks/stripe/practice", Rank.URGENT),
        ("/admin/", Rank.URGENT),
        ("/static/css/app.css", Rank.URGENT),
        ("/portal/", Rank.PORTAL),
        ("/portal/book/first-visit", Rank.PORTAL),
        ("/admin/patients", Rank.ADMIN),
        ("/", Rank.MARKETING),
        ("/portalling", Rank.MARKETING),
    ],
)
def test_rank_follows_what_the_visitor_needs(path: str, rank: Rank) -> None:
    assert rank_of(path) is rank


def test_turned_away_at_once_when_work_and_room_are_full() -> None:
    gate = Gate(places=1, room=0)
    assert gate.enter(Rank.MARKETING)
    started = time.monotonic()
    assert not gate.enter(Rank.URGENT)
    assert time.monotonic() - started < 0.5


def test_turned_away_after_the_longest_wait() -> None:
    gate = Gate(places=1, room=1, patience=0.05)
    assert gate.enter(Rank.PORTAL)
    assert not gate.enter(Rank.PORTAL)
    assert gate.waiting == 0
    gate.leave()
    assert gate.working == 0
    assert gate.enter(Rank.PORTAL)


def queue_up(gate: Gate, pool: ThreadPoolExecutor, *ranks: Rank) -> list[Future[bool]]:
    """One waiter after the other, in this order."""
    futures = []
    for rank in ranks:
        before = gate.waiting
        futures.append(pool.submit(gate.enter, rank))
        until(lambda before=before: gate.waiting == before + 1)  # type: ignore[misc]
    return futures


def test_urgent_goes_first_then_the_longest_waiting() -> None:
    gate = Gate(places=1, room=9, patience=5)
    assert gate.enter(Rank.PORTAL)
    with ThreadPoolExecutor(9) as pool:
        waiting = queue_up(
            gate, pool, Rank.MARKETING, Rank.ADMIN, Rank.PORTAL, Rank.PORTAL, Rank.URGENT
        )
        order = []
        for _ in waiting:
            gate.leave()
            until(lambda: sum(one.done() for one in waiting) == len(order) + 1)
            order.extend(n for n, one in enumerate(waiting) if one.done() and n not in order)
        assert order == [4, 2, 3, 1, 0]
        gate.leave()
    assert gate.working == 0


def test_urgent_takes_the_newest_place_of_the_least_urgent() -> None:
    gate = Gate(places=1, room=2, patience=5)
    assert gate.enter(Rank.PORTAL)
    with ThreadPoolExecutor(9) as pool:
        first, second = queue_up(gate, pool, Rank.MARKETING, Rank.MARKETING)
        urgent = pool.submit(gate.enter, Rank.URGENT)
        assert second.result(timeout=5) is False
        assert not gate.enter(Rank.MARKETING)
        gate.leave()
        assert urgent.result(timeout=5) is True
        gate.leave()
        assert first.result(timeout=5) is True
        gate.leave()


@settings(max_examples=15, deadline=None)
@given(
    ranks=st.lists(st.sampled_from(list(Rank)), min_size=1, max_size=40),
    places=st.integers(1, 4),
    room=st.integers(0, 6),
)
def test_never_more_at_work_than_places_and_nobody_is_forgotten(
    ranks: list[Rank], places: int, room: int
) -> None:
    gate = Gate(places, room, patience=0.02)
    lock, most, now = threading.Lock(), [0], [0]

    def visit(rank: Rank) -> bool:
        if not gate.enter(rank):
            return False
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.001)
        with lock:
            now[0] -= 1
        gate.leave()
        return True

    with ThreadPoolExecutor(len(ranks)) as pool:
        answers = list(pool.map(visit, ranks))
    assert most[0] <= places
    assert any(answers)
    assert (gate.working, gate.waiting) == (0, 0)


def call(program: Admission, path: str, **environ: str) -> tuple[str, bytes]:
    told: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> Any:
        told.append(status)

    body = b"".join(program({"PATH_INFO": path, **environ}, start_response))
    return told[0], body


def served(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [b"here"]


def test_full_process_still_answers_about_its_health() -> None:
    program = Admission(served, Gate(places=0, room=0), lambda _: SORRY)
    assert call(program, "/portal/") == ("503 Service Unavailable", b"full")
    assert call(program, "/healthz") == ("200 OK", b"here")
    assert call(program, "/readyz") == ("200 OK", b"here")


def test_place_is_given_back_when_the_program_breaks() -> None:
    def broken(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        raise ZeroDivisionError

    program = Admission(broken, Gate(places=1, room=0), lambda _: SORRY)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            call(program, "/")
    assert program.gate.working == 0


def turned_away(program: Admission, sender: str) -> None:
    """One more of a crowd."""
    told: list[str] = []
    environ = {"PATH_INFO": "/", "REMOTE_ADDR": sender}
    assert list(program(environ, lambda status, _: told.append(status))) == [b"full"]
    assert told == [SORRY[0]]


def test_only_who_comes_back_too_soon_is_kept_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(admission.time, "sleep", slept.append)
    now = [100.0]
    monkeypatch.setattr(impatience.time, "monotonic", lambda: now[0])
    program = Admission(served, Gate(places=0, room=0), lambda _: SORRY)
    for number in range(20):
        turned_away(program, f"198.51.100.{number}")
    assert slept == []
    turned_away(program, "198.51.100.7")
    assert slept == [admission.PAUSE]
    now[0] += admission.RETRY_AFTER
    turned_away(program, "198.51.100.7")
    assert slept == [admission.PAUSE]


def test_a_crowd_of_senders_takes_no_more_memory() -> None:
    known = impatience.Impatience(60)
    for number in range(impatience.REMEMBERED + 10):
        assert not known.shown_by(str(number))
    assert len(known._turned_away) == impatience.REMEMBERED
    assert known.shown_by(str(impatience.REMEMBERED))
    assert not known.shown_by("0")
