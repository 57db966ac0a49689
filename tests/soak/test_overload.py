"""Three times as many people as can be served: as many are served, the rest are told at once."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest

from tests.sandbox_process import ROOT
from tests.soak.reports import report
from tests.soak.sizes import size
from tools.run import Practice
from tools.temporary import temporary_practice

pytestmark = [pytest.mark.slow, pytest.mark.soak]

PAGE, URGENT = "/portal/book/first-visit", "/portal/sign-in"


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


def send(
    practice: Practice, paths: Sequence[str], *, rate: float, seconds: float
) -> dict[str, Answers]:
    """`rate` requests a second whether or not they are answered, as a crowd comes; 0: sixteen
    people who come back at once."""
    order = [str(practice.place.port), str(seconds), str(rate), *paths]
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak.crowding", *order],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    return {
        path: summed([tuple(each[1:]) for each in found["answers"] if each[0] == path], found)
        for path in dict.fromkeys(paths)
    }


def summed(answers: list[tuple[int, float, bool]], found: dict[str, float]) -> Answers:
    """Sorted by what became of them."""
    return Answers(
        found["seconds"],
        [seconds for status, seconds, _ in answers if status == 200],
        [seconds for status, seconds, _ in answers if status == 503],
        sum(status not in (200, 503) for status, _, _ in answers),
        sum(status == 503 and told for status, _, told in answers),
    )


def find_capacity(practice: Practice, seconds: float) -> float:
    """Good answers a second with sixteen people who come back at once."""
    return send(practice, [PAGE], rate=0, seconds=seconds)[PAGE].rate


def recover(practice: Practice) -> float:
    """Seconds until five people, one after the other, are served."""
    started = time.perf_counter()
    while len(send(practice, [PAGE], rate=5, seconds=1)[PAGE].served) < 5:
        assert time.perf_counter() - started < 60, "it does not recover"
    return time.perf_counter() - started


def test_goodput_holds_at_three_times_capacity_and_recovers(practice: Practice) -> None:
    seconds = float(size("OVERLOAD_SECONDS", 8))
    find_capacity(practice, 3)
    before = find_capacity(practice, seconds)
    crowd = send(practice, [PAGE], rate=before * 3, seconds=seconds)[PAGE]
    recovered = recover(practice)
    # Capacity before and after: what else the machine does changes by the minute.
    peak = (before + find_capacity(practice, seconds)) / 2
    found = {
        "capacity_rps": round(peak),
        "offered_rps": round(before * 3),
        "goodput_rps": round(crowd.rate),
        "share of peak": round(crowd.rate / peak, 2),
        "shed": len(crowd.shed),
        "shed_p50_ms": round(statistics.median(crowd.shed) * 1000) if crowd.shed else 0,
        "broken": crowd.broken,
        "calm again after_s": round(recovered, 1),
    }
    report("overload", found)
    assert crowd.shed
    assert crowd.told_when == len(crowd.shed)
    assert crowd.broken == 0
    assert crowd.rate >= 0.9 * peak
    assert recovered < 30


def test_signing_in_is_served_first(practice: Practice) -> None:
    peak = find_capacity(practice, 4)
    found = send(practice, [PAGE, PAGE, PAGE, URGENT], rate=peak * 3, seconds=5)
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
