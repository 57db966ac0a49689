"""`make bench`: how quick pages are, as ratios to the bare answer of the same server.

Milliseconds differ from machine to machine; how many times more a page costs than an answer without
work does not. A ratio over its bound is a failure.
"""

import argparse
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection

from tools.temporary import temporary_practice

BARE = "/healthz"
CLIENTS = 8


@dataclass(frozen=True)
class Page:
    """A page and how many times the bare answer's median it may cost."""

    path: str
    bound: float


PAGES = (
    Page("/", 40),
    Page("/portal/sign-in", 40),
    Page("/admin/sign-in", 40),
    Page("/readyz", 40),
)


@dataclass(frozen=True)
class Timing:
    """Of one page: seconds of the median and the 99th percentile, and answers a second."""

    median: float
    p99: float
    rate: float


def measure(port: int, path: str, requests: int) -> Timing:
    """`requests` GETs of `path` over a few kept-alive connections."""
    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        shares = pool.map(lambda _: _one_client(port, path, requests // CLIENTS), range(CLIENTS))
        taken = sorted(seconds for share in shares for seconds in share)
    elapsed = time.perf_counter() - started
    return Timing(statistics.median(taken), taken[int(len(taken) * 0.99) - 1], len(taken) / elapsed)


def _one_client(port: int, path: str, requests: int) -> list[float]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    taken = []
    for _ in range(requests):
        started = time.perf_counter()
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        answer = connection.getresponse()
        answer.read()
        if answer.status >= 400:
            raise SystemExit(f"{path} answered {answer.status}")
        taken.append(time.perf_counter() - started)
    connection.close()
    return taken


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=400)
    requests = parser.parse_args().requests
    too_slow = []
    with temporary_practice() as practice:
        port = practice.place.port
        for path in (BARE, *(page.path for page in PAGES)):
            measure(port, path, CLIENTS * 4)
        bare = measure(port, BARE, requests)
        print(f"{'page':<20} {'median':>9} {'p99':>9} {'per s':>7} {'ratio':>7} {'bound':>7}")
        _show(Page(BARE, 1), bare, 1.0)
        for page in PAGES:
            timing = measure(port, page.path, requests)
            ratio = timing.median / bare.median
            _show(page, timing, ratio)
            if ratio > page.bound:
                too_slow.append(page.path)
    if too_slow:
        print("Slower than their bound:", *too_slow)
    return 1 if too_slow else 0


def _show(page: Page, timing: Timing, ratio: float) -> None:
    print(
        f"{page.path:<20} {timing.median * 1000:6.1f} ms {timing.p99 * 1000:6.1f} ms "
        f"{timing.rate:7.0f} {ratio:7.1f} {page.bound:7.0f}"
    )


if __name__ == "__main__":
    sys.exit(main())
