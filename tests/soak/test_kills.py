"""kill -9 of web, worker and database while people book, pay, cancel: nothing lost or doubled."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.replaying import replay
from tests.sandbox_process import SandboxHandle
from tests.soak.killing import Killer
from tests.soak.reckoning import (
    ask,
    find_lost,
    find_wrong,
    make_every_schedule_due,
    wait_for_quiet,
)
from tests.soak.reports import report
from tests.soak.room import open_day_and_night
from tests.soak.sizes import dice, size
from tests.soak.visitors import Acknowledged, Visitor, WentHome
from tools import postgres
from tools.run import Practice
from tools.temporary import temporary_practice

pytestmark = [pytest.mark.slow, pytest.mark.soak]

VISITS = ("first-visit", "follow-up")


def send_people(
    practice: Practice, sandbox: SandboxHandle, count: int, chance: random.Random, killer: Killer
) -> Acknowledged:
    """So many first visits, some at a time, while the killer goes about; what was acknowledged."""
    said = Acknowledged()

    def go(number: int) -> None:
        luck = random.Random(chance.random())
        email = f"soak{number}@patients.example"
        home = f"127.1.{number // 250}.{number % 250 + 1}"
        visitor = Visitor(practice.place.port, sandbox, email, said, luck, home)
        try:
            visitor.visit(VISITS[number % 2])
        except WentHome as why:
            with said.lock:
                said.went_home.append(str(why))
        finally:
            visitor.client.close()

    with ThreadPoolExecutor(size("AT_ONCE", 6)) as pool:
        people = [pool.submit(go, number) for number in range(count)]
        killer.go_on(until=lambda: all(person.done() for person in people))
        for person in people:
            person.result()
    return said


def test_nothing_is_lost_or_doubled_when_processes_are_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance, count = dice(), size("BOOKINGS", 30)
    # A thousand strangers who sign in within the hour are more than a practice's mails allow for.
    monkeypatch.setenv("BEDSIDE_PRACTICE_MAILS_PER_HOUR", str(2_000 + 10 * count))
    with temporary_practice() as practice:
        open_day_and_night(practice, "seagrape")
        place = practice.place
        sandbox = SandboxHandle(
            place.sandbox, place.sandbox_port, place.data, practice.running[0].process
        )
        killer = Killer(practice, chance, (0.5, float(size("PAUSE", 4))))
        said = send_people(practice, sandbox, count, chance, killer)
        killer.raise_the_dead()
        practice.wait_until(place.port, "/readyz")
        wait_for_quiet(practice, 180)
        # What died with a process is taken up again minutes later: let them pass.
        for _ in range(3):
            sandbox.clock(advance=11 * 60)
            make_every_schedule_due(practice)
            wait_for_quiet(practice, 240)
        report(
            "kills",
            {
                "people": count,
                "booked": len(said.booked),
                "paid": len(said.paid),
                "cancelled": len(said.cancelled),
                "went home": len(said.went_home),
                "why": sorted({why[:60] for why in said.went_home})[:5],
                "answers that had to be asked for again": said.broken,
                "killed": dict(killer.killed),
                "mails nobody can tell about": int(
                    ask(practice, "select count(*) from dispatch where status = 'unknown'")[0]
                ),
                "mails": int(ask(practice, "select count(*) from dispatch")[0]),
                "events": int(ask(practice, "select count(*) from audit.event")[0]),
            },
        )
        assert killer.problems == []
        assert find_lost(practice, said) == {}
        assert find_wrong(practice) == {}
        server = postgres.start(place.data / "postgres")
        assert replay(server, practice.environ["BEDSIDE_OWNER_DSN"]) == []
        assert len(said.booked) >= count * 0.5
