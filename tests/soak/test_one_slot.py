"""Twenty people press one time, again and again: one holds it, the others are told at once."""

import statistics
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from flask import Flask

from shared import booking
from shared.access.appointments import access_appointment
from shared.db import db, open_session
from tests.people import Cast, PracticeOf
from tests.soak.reports import report
from tests.soak.sizes import size

pytestmark = [pytest.mark.slow, pytest.mark.soak]

CLIENTS = 20


def press(
    app: Flask, practice: PracticeOf, who: int, at: datetime, together: threading.Barrier
) -> tuple[str, float, str]:
    """What one visitor got: (outcome, seconds, id of the hold)."""
    visitor = practice.anonymous(bytes([who]) * 32)
    with app.app_context():
        together.wait(timeout=60)
        started = time.perf_counter()
        held_id = ""
        try:
            with open_session(visitor.context()) as session:
                kind = booking.get_visit_type(session, practice_id=practice.id, slug="first-visit")
                held = booking.hold_slot(
                    session,
                    visit_type=kind,
                    starts_at=at,
                    by=visitor,
                    time_zone="America/New_York",
                )
                held_id = str(held.id)
            outcome = "held"
        except booking.JustTaken as late:
            outcome = "told" if late.alternatives else "told nothing"
        except Exception as error:  # noqa: BLE001 - counted
            outcome = type(error.__cause__ or error).__name__
        return outcome, time.perf_counter() - started, held_id


def let_go(practice: PracticeOf, who: int, at: datetime) -> None:
    """The one who has it changes their mind, so that the next round has the same time."""
    visitor = practice.anonymous(bytes([who]) * 32)
    with open_session(visitor.context()) as session:
        kind = booking.get_visit_type(session, practice_id=practice.id, slug="first-visit")
        held = booking.hold_slot(
            session, visit_type=kind, starts_at=at, by=visitor, time_zone="America/New_York"
        )
        row = access_appointment(session, viewer=visitor, appointment_id=held.id)
        booking.release_hold(session, appointment=row, by=visitor)


def test_one_of_twenty_holds_the_time_round_after_round(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice, rounds = cast.seagrape, size("ROUNDS", 20)
    with open_session(practice.anonymous().context()) as session:
        kind = booking.get_visit_type(session, practice_id=practice.id, slug="first-visit")
        at = booking.find_next_times(session, visit_type=kind, count=3)[-1].starts_at
    outcomes: Counter[str] = Counter()
    waits: list[float] = []
    doubles = []
    with ThreadPoolExecutor(CLIENTS) as pool:
        for number in range(rounds):
            together = threading.Barrier(CLIENTS)
            answers = list(
                pool.map(lambda who: press(app, practice, who, at, together), range(1, CLIENTS + 1))  # noqa: B023
            )
            outcomes.update(outcome for outcome, _, _ in answers)
            waits += [seconds * 1000 for _, seconds, _ in answers]
            winners = [who for who, answer in enumerate(answers, 1) if answer[0] == "held"]
            if len(winners) != people_at(practice):
                doubles.append((number, winners))
            for who in winners:
                let_go(practice, who, at)
    waits.sort()
    found = {
        "rounds": rounds,
        "clients": CLIENTS,
        "outcomes": dict(outcomes),
        "p50_ms": round(statistics.median(waits)),
        "p99_ms": round(waits[int(len(waits) * 0.99) - 1]),
        "not exactly one": len(doubles),
    }
    report("one slot", found)
    db.session.remove()
    assert doubles == []
    assert set(outcomes) == {"held", "told"}


def people_at(practice: PracticeOf) -> int:
    """Nobody but the one physician sees first visits here."""
    return 1 if practice.view.slug == "seagrape" else 2
