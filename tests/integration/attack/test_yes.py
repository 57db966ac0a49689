"""The policy says yes and the doors ask nothing: the database still gives nothing away."""

from collections.abc import Iterator

import pytest
from flask import Flask

from shared.access.principal import Role
from tests.belongings import Belongings, belongings_of
from tests.integration.attack.canaries import Canary, event_count, plant
from tests.integration.attack.people import PRINCIPALS, browser_of, face_of_principal
from tests.integration.attack.walking import (
    ENDS_THE_WALK,
    FACES,
    Walker,
    address,
    methods,
    rules_of,
    walker,
)
from tests.integration.attack.yes import no_conditions, say_yes
from tests.people import Cast

# Roles whose own work lets them read patients: forced to be a clinician, each reads what it
# holds the role for, and no more.
READERS = frozenset({"physician", "nurse"})


@pytest.fixture(autouse=True)
def bare_doors() -> Iterator[list[str]]:
    """Doors without conditions, for the whole test."""
    with no_conditions() as taken:
        yield taken


def walkers(app: Flask, cast: Cast, principal: str) -> list[Walker]:
    """Somebody's way into both faces, with tokens fetched while the program still says no."""
    browser = browser_of(app, cast, principal)
    return [
        walker(browser, face, signed_in=face_of_principal(principal) == face).prepare()
        for face in FACES
    ]


def walk(app: Flask, feet: list[Walker], things: Belongings, canary: Canary) -> list[str]:
    """Every route of both faces; the canaries that were heard."""
    heard = []
    for one in feet:
        for rule in rules_of(app, one.face):
            if rule.endpoint in ENDS_THE_WALK:
                continue
            for method in methods(rule):
                answer = one.send(method, address(app, rule, things))
                sung = canary.sung_in(answer.data)
                if sung:
                    heard.append(f"{method} {rule.rule}: {answer.status_code} {sung}")
    return heard


@pytest.mark.parametrize("desk", [Role.PHYSICIAN, pytest.param(Role.OWNER, marks=pytest.mark.slow)])
@pytest.mark.parametrize("principal", PRINCIPALS)
def test_nothing_of_another_practice(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, principal: str, desk: Role
) -> None:
    cleo = cast.ironbound.patients["cleo"]
    things = belongings_of(cast.ironbound, cleo)
    canary = plant(cast.ironbound, cleo, things, "foreign")
    before = event_count(cast.ironbound)
    feet = walkers(app, cast, principal)
    say_yes(monkeypatch, desk)
    assert walk(app, feet, things, canary) == []
    assert event_count(cast.ironbound) == before


@pytest.mark.parametrize("principal", [name for name in PRINCIPALS if name not in READERS])
def test_nothing_of_another_patient(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, principal: str
) -> None:
    """Whoever calls themselves a physician without being one reads nobody's record."""
    ben = cast.seagrape.patients["ben"]
    things = belongings_of(cast.seagrape, ben)
    canary = plant(cast.seagrape, ben, things, "foreign")
    before = event_count(cast.seagrape, ben.id)
    feet = walkers(app, cast, principal)
    say_yes(monkeypatch, Role.PHYSICIAN)
    assert walk(app, feet, things, canary) == []
    assert event_count(cast.seagrape, ben.id) == before


def test_the_doors_were_bare(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, bare_doors: list[str]
) -> None:
    """The conditions were really gone: a physician still hears the practice's own canary."""
    ana = cast.seagrape.patients["ana"]
    things = belongings_of(cast.seagrape, ana)
    canary = plant(cast.seagrape, ana, things, "own")
    feet = walkers(app, cast, "physician")
    say_yes(monkeypatch, Role.PHYSICIAN)
    assert walk(app, feet, things, canary)
    assert {"patient", "appointment", "payment"} <= set(bare_doors)
