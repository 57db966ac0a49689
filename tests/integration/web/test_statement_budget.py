"""How many statements a page costs: counted, not timed, so that it holds on any machine.

A budget counts everything between the request and its answer, in all its transactions, but who asks
(one statement a transaction) and commit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from shared import clock
from shared.db import db
from shared.keyring import blind_index
from tests.browsing import Browser, signed_in, stranger
from tests.people import SEEDED_AT, Cast
from tests.visiting import Visitor

WHO_ASKS = "select set_config('app.practice_id'"


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(WHO_ASKS):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def cost(browser: Browser, path: str) -> list[str]:
    """What a page costs that is not the first of its process."""
    assert browser.get(path).status_code == 200
    with statements() as sent:
        assert browser.get(path).status_code == 200
    return sent


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    """The cast's own day."""
    with clock.freeze(SEEDED_AT):
        yield


@pytest.mark.parametrize(
    ("path", "budget"),
    [("/", 6), ("/visits/first-visit", 8), ("/portal/sign-in", 0), ("/admin/sign-in", 0)],
)
def test_public_page_stays_within_its_budget(
    app: Flask, cast: Cast, path: str, budget: int
) -> None:
    assert len(sent := cost(stranger(app, cast.seagrape), path)) <= budget, sent


def test_slot_search_stays_within_its_budget(app: Flask, cast: Cast) -> None:
    sent = cost(stranger(app, cast.seagrape), "/portal/book/first-visit")
    assert len(sent) <= 6, sent


@pytest.mark.parametrize(
    ("path", "budget"),
    [("/portal/", 6), ("/portal/appointments", 6), ("/portal/sent", 6), ("/portal/security", 6)],
)
def test_portal_page_stays_within_its_budget(
    app: Flask, cast: Cast, path: str, budget: int
) -> None:
    patient = next(iter(cast.seagrape.patients.values()))
    sent = cost(signed_in(app, cast.seagrape, patient), path)
    assert len(sent) <= budget, sent


@pytest.mark.parametrize(
    ("path", "budget"),
    # The schedule shows what is free, too: who works here, their hours, changes and taken times.
    [("/admin/", 6), ("/admin/schedule", 10), ("/admin/patients", 6)],
)
def test_desk_page_stays_within_its_budget(app: Flask, cast: Cast, path: str, budget: int) -> None:
    sent = cost(signed_in(app, cast.seagrape, cast.seagrape.staff["maya"]), path)
    assert len(sent) <= budget, sent


def test_story_stays_within_its_budget(app: Flask, cast: Cast) -> None:
    patient = next(iter(cast.seagrape.patients.values()))
    browser = signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])
    sent = cost(browser, f"/admin/patients/{patient.id}/story")
    assert len(sent) <= 6, sent


def test_holding_a_time_stays_within_its_budget(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app, cast.seagrape.host)
    visitor.get("/portal/book/first-visit")
    target, form = visitor.form("/portal/holds")
    # A process that has worked before has the practice's keys.
    blind_index(cast.seagrape.id, "email", "a@b.example")
    with statements() as sent:
        assert visitor.post(target, form).status_code == 303
    # One of them counts the network's holds, in a transaction of its own.
    # One more asks whether the practice was opened at all.
    assert len(sent) <= 18, sent
