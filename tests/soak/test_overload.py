"""Three times as many people as can be served: as many are served, the rest are told at once."""

import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

import pytest

from tests.soak.reports import report
from tests.soak.sizes import size
from tools.run import Practice
from tools.temporary import temporary_practice

pytestmark = [pytest.mark.slow, pytest.mark.soak]

PAGE, URGENT = "/portal/book/first-visit", "/portal/sign-in"
CLIENTS = 400


@dataclass(frozen=True)
class Answers:
    """What a stretch of time brought."""

    seconds: float
    served: list[float]
    shed: list[float]
    broken: int
    told_when: int

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return len(self.served) / self.seconds


@pytest.fixture(scope="module")
def practice() -> Iterator[Practice]:
    with temporary_practice() as running:
        yield running


def ask(port: int, path: str) -> tuple[int, float, str | None]:
    """One request on a connection of its own: (status, seconds, Retry-After)."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    started = time.perf_counter()
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        answer = connection.getresponse()
        answer.read()
        return answer.status, time.perf_counter() - started, answer.headers.get("Retry-After")
    except (OSError, HTTPException):
        return 0, time.perf_counter() - started, None
    finally:
        connection.close()


def send(port: int, paths: Sequence[str], *, rate: float, seconds: float) -> dict[str, Answers]:
    """`rate` requests a second whether or not they are answered, as a crowd comes."""
    answers: dict[str, list[tuple[int, float, str | None]]] = {path: [] for path in paths}
    lock = threading.Lock()

    def one(path: str) -> None:
        found = ask(port, path)
        with lock:
            answers[path].append(found)

    with ThreadPoolExecutor(CLIENTS) as pool:
        started = time.perf_counter()
        for number in range(int(rate * seconds)):
            pause = started + number / rate - time.perf_counter()
            if pause > 0:
                time.sleep(pause)
            pool.submit(one, paths[number % len(paths)])
    elapsed = time.perf_counter() - started
    return {path: summed(found, elapsed) for path, found in answers.items()}


def summed(found: list[tuple[int, float, str | None]], elapsed: float) -> Answers:
    """Sorted by what became of them."""
    return Answers(
        elapsed,
        [seconds for status, seconds, _ in found if status == 200],
        [seconds for status, seconds, _ in found if status == 503],
        sum(status not in (200, 503) for status, _, _ in found),
        sum(status == 503 and retry is not None for status, _, retry in found),
    )


def find_capacity(port: int, seconds: float) -> float:
    """Good answers a second with sixteen people who come back at once."""
    end = time.perf_counter() + seconds

    def keep_asking(_: int) -> int:
        good = 0
        while time.perf_counter() < end:
            good += ask(port, PAGE)[0] == 200
        return good

    with ThreadPoolExecutor(16) as pool:
        return sum(pool.map(keep_asking, range(16))) / seconds


def test_goodput_holds_at_three_times_capacity_and_recovers(practice: Practice) -> None:
    port, seconds = practice.place.port, float(size("OVERLOAD_SECONDS", 8))
    find_capacity(port, 2)
    peak = find_capacity(port, seconds)
    crowd = send(port, [PAGE], rate=peak * 3, seconds=seconds)[PAGE]
    started = time.perf_counter()
    calm = [ask(port, PAGE) for _ in range(5)]
    recovered = time.perf_counter() - started
    found = {
        "capacity_rps": round(peak),
        "offered_rps": round(peak * 3),
        "goodput_rps": round(crowd.rate),
        "share of peak": round(crowd.rate / peak, 2),
        "shed": len(crowd.shed),
        "shed_p50_ms": round(statistics.median(crowd.shed) * 1000) if crowd.shed else 0,
        "broken": crowd.broken,
        "five calm pages after_s": round(recovered, 2),
    }
    report("overload", found)
    assert crowd.shed
    assert crowd.told_when == len(crowd.shed)
    assert crowd.broken == 0
    assert crowd.rate >= 0.9 * peak
    assert all(status == 200 for status, _, _ in calm)
    assert recovered < 30


def test_signing_in_is_served_first(practice: Practice) -> None:
    port = practice.place.port
    peak = find_capacity(port, 4)
    found = send(port, [PAGE, PAGE, PAGE, URGENT], rate=peak * 3, seconds=5)
    urgent, other = found[URGENT], found[PAGE]
    share = len(urgent.served) / (len(urgent.served) + len(urgent.shed))
    report(
        "overload, signing in",
        {
            "served": round(share, 3),
            "others served": round(len(other.served) / (len(other.served) + len(other.shed)), 3),
        },
    )
    assert other.shed
    assert share > 0.98
