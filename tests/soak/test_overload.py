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
    asked: float
    served: list[float]
    shed: list[float]
    broken: int
    told_when: int
    # What the crowd itself took of one core.
    cost: float

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return len(self.served) / self.seconds

    @property
    def offered(self) -> float:
        """How many really came a second: a generator that cannot keep up sends fewer."""
        return (len(self.served) + len(self.shed) + self.broken) / self.asked


@dataclass(frozen=True)
class Round:
    """Capacity, a crowd of three times as many, and capacity again."""

    before: float
    crowd: Answers
    recovered: float
    after: float

    @property
    def peak(self) -> float:
        """What the machine could do around that time; what else it does changes by the minute."""
        return (self.before + self.after) / 2

    @property
    def factor(self) -> float:
        """How much too many came."""
        return self.crowd.offered / self.peak

    @property
    def share(self) -> float:
        """How much of the capacity was left to those who were served."""
        return self.crowd.rate / self.peak

    @property
    def counts(self) -> bool:
        """True when it measured what it says: about three times a capacity that stood still."""
        return 2.5 <= self.factor <= 3.6 and abs(self.before - self.after) <= self.peak / 10


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
        found["asked"],
        [seconds for status, seconds, _ in answers if status == 200],
        [seconds for status, seconds, _ in answers if status == 503],
        sum(status not in (200, 503) for status, _, _ in answers),
        sum(status == 503 and told for status, _, told in answers),
        found["cost"] / found["seconds"],
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


def play(practice: Practice, before: float, seconds: float) -> Round:
    """One round after the one that found this capacity."""
    crowd = send(practice, [PAGE], rate=before * 3, seconds=seconds)[PAGE]
    recovered = recover(practice)
    return Round(before, crowd, recovered, find_capacity(practice, seconds))


def test_goodput_holds_at_three_times_capacity_and_recovers(practice: Practice) -> None:
    """Five rounds that count, of at most fifteen; what the others were is reported as well."""
    seconds = float(size("OVERLOAD_SECONDS", 5))
    find_capacity(practice, 3)
    capacity = find_capacity(practice, seconds)
    rounds: list[Round] = []
    while len(rounds) < 15 and sum(one.counts for one in rounds) < 5:
        rounds.append(play(practice, capacity, seconds))
        capacity = rounds[-1].after
    counted = [one for one in rounds if one.counts]
    found = {
        "rounds": len(rounds),
        "rounds that count": len(counted),
        "capacity_rps": [round(one.peak) for one in rounds],
        "offered_rps": [round(one.crowd.offered) for one in rounds],
        "times capacity": [round(one.factor, 2) for one in rounds],
        "goodput_rps": [round(one.crowd.rate) for one in rounds],
        "share of peak": [round(one.share, 2) for one in rounds],
        "share of peak, median of those that count": round(
            statistics.median([one.share for one in counted] or [0]), 2
        ),
        "shed": sum(len(one.crowd.shed) for one in rounds),
        "shed_p50_ms": [round(statistics.median(one.crowd.shed or [0]) * 1000) for one in rounds],
        "broken": sum(one.crowd.broken for one in rounds),
        "cores the crowd took": [round(one.crowd.cost, 2) for one in rounds],
        "calm again after_s": round(max(one.recovered for one in rounds), 1),
    }
    report("overload", found)
    for one in rounds:
        assert one.crowd.told_when == len(one.crowd.shed)
        assert one.crowd.broken == 0
        assert one.recovered < 30
    assert counted, f"no round of {len(rounds)} met three times a steady capacity: {found}"
    assert all(one.crowd.shed for one in counted)
    assert statistics.median(one.share for one in counted) >= 0.9


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
