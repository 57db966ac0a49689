"""Twenty people press one time, again and again: one holds it, the others are told at once."""

import contextlib
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox_process import ROOT
from tests.soak.reckoning import ask, find_wrong
from tests.soak.reports import report
from tests.soak.sizes import size
from tools.temporary import temporary_practice

pytestmark = [pytest.mark.slow, pytest.mark.soak]

CLIENTS = 20
HELD = "select count(*) from appointment where status = 'pending' and starts_at = %s"
DEADLOCKS = "select sum(deadlocks) from pg_stat_database"
Client = subprocess.Popen[str]


@contextlib.contextmanager
def pressers(port: int) -> Iterator[tuple[list[Client], str]]:
    """Twenty visitors who see the same page, and a time that is on it."""
    clients = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.soak.presser", str(port)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(CLIENTS)
    ]
    try:
        times = [hear(client)["times"] for client in clients]
        yield clients, times[0][-1]
    finally:
        for client in clients:
            client.kill()
            client.wait()


def hear(client: Client) -> dict[str, Any]:
    """The next answer of one visitor."""
    assert client.stdout is not None
    said: dict[str, Any] = json.loads(client.stdout.readline())
    return said


def tell(client: Client, order: str) -> None:
    """The next order for one visitor."""
    assert client.stdin is not None
    client.stdin.write(f"{order}\n")
    client.stdin.flush()


def press_together(clients: list[Client], at: str) -> list[dict[str, Any]]:
    """One round: all at the same moment."""
    moment = time.monotonic() + 0.03
    for client in clients:
        tell(client, f"press {at} {moment}")
    return [hear(client) for client in clients]


def test_one_of_twenty_holds_the_time_round_after_round() -> None:
    rounds = size("ROUNDS", 20)
    outcomes: Counter[str] = Counter()
    waits: list[float] = []
    doubles = []
    with temporary_practice() as practice, pressers(practice.place.port) as (clients, at):
        for number in range(-3, rounds):
            answers = press_together(clients, at)
            holders = [who for who, said in enumerate(answers) if said["outcome"] == "held"]
            if len(holders) != 1 or ask(practice, HELD, at) != ["1"]:
                doubles.append((number, holders))
            for who in holders:
                tell(clients[who], "release")
                assert hear(clients[who])["outcome"] == "303"
            if number >= 0:  # the first rounds warm everything up
                outcomes.update(said["outcome"] for said in answers)
                waits += [said["seconds"] * 1000 for said in answers]
        deadlocks = int(ask(practice, DEADLOCKS)[0])
        wrong = find_wrong(practice)
    waits.sort()
    found = {
        "rounds": rounds,
        "clients, each a process": CLIENTS,
        "outcomes": dict(outcomes),
        "p50_ms": round(statistics.median(waits)),
        "p99_ms": round(waits[int(len(waits) * 0.99) - 1]),
        "not exactly one": len(doubles),
        "deadlocks": deadlocks,
    }
    report("one slot", found)
    assert doubles == []
    assert set(outcomes) == {"held", "told"}
    assert deadlocks == 0
    assert wrong == {}
