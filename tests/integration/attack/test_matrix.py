"""Every route x everybody x their own, another patient's and another practice's things."""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from shared.access.principal import Role
from tests.belongings import belongings_of
from tests.integration.attack.canaries import event_count, plant
from tests.integration.attack.people import PRINCIPALS, browser_of, face_of_principal
from tests.integration.attack.walking import (
    ENDS_THE_WALK,
    FACES,
    REFUSED,
    Walker,
    address,
    face_of,
    holders,
    methods,
    owned,
    rules_of,
    walker,
)
from tests.people import Cast

# Where the page says itself that a link or attempt is worth nothing.
SPENT = frozenset({410, 422})


def role_on(face: str, principal: str) -> Role:
    """What somebody is on a face: a session of one face is nobody's on the other."""
    if face_of_principal(principal) != face:
        return Role.ANONYMOUS
    return Role(principal)


def verdict(app: Flask, rule: Rule, role: Role, status: int, location: str) -> str | None:
    """What is wrong with an answer to somebody who asks for what is not theirs; None if nothing."""
    allowed = role in holders(app, rule)
    if not allowed and role is Role.ANONYMOUS:
        face = face_of(rule)
        sent = status == 303 and location.startswith(f"/{face}/sign-in")
        return None if sent else f"a stranger got {status} {location}"
    if not allowed:
        return None if status in REFUSED else f"{role} got {status} without the capability"
    if owned(rule):
        refused = status in REFUSED or (role is Role.ANONYMOUS and status in SPENT)
        # A sensitive act asks for a fresh proof, or gives the same answer to all, before it looks.
        return None if refused else f"{role} got {status} of somebody else"
    return None if status < 500 else f"{role} got {status}"


@pytest.mark.parametrize("whose", ["other patient", "other practice"])
@pytest.mark.parametrize("principal", PRINCIPALS)
def test_nobody_gets_what_is_not_theirs(app: Flask, cast: Cast, principal: str, whose: str) -> None:
    if whose == "other patient" and face_of_principal(principal) == "admin":
        pytest.skip("the practice's patients are the desk's work; see the roles' own tests")
    practice = cast.seagrape if whose == "other patient" else cast.ironbound
    victim = practice.patients["ben" if whose == "other patient" else "cleo"]
    things = belongings_of(practice, victim)
    canary = plant(practice, victim, things, "foreign")
    browser = browser_of(app, cast, principal)
    before = event_count(practice, victim.id if whose == "other patient" else None)
    problems = []
    for face in FACES:
        role = role_on(face, principal)
        feet = walker(browser, face, signed_in=role is not Role.ANONYMOUS)
        for rule in rules_of(app, face):
            if rule.endpoint in ENDS_THE_WALK:
                continue
            for method in methods(rule):
                path = address(app, rule, things)
                answer = feet.send(method, path)
                sung = canary.sung_in(answer.data)
                if sung:
                    problems.append(f"{method} {rule.rule}: canaries {sung}")
                location = answer.headers.get("Location", "")
                wrong = verdict(app, rule, role, answer.status_code, location)
                if wrong:
                    problems.append(f"{method} {rule.rule}: {wrong}")
    assert problems == []
    assert event_count(practice, victim.id if whose == "other patient" else None) == before


@pytest.mark.parametrize("principal", [name for name in PRINCIPALS if name != "anonymous"])
def test_a_role_reaches_what_it_may_and_nothing_else(
    app: Flask, cast: Cast, principal: str
) -> None:
    face = face_of_principal(principal) or ""
    things = belongings_of(cast.seagrape, cast.seagrape.patients["ana"])
    canary = plant(cast.seagrape, cast.seagrape.patients["ana"], things, "own")
    browser = browser_of(app, cast, principal)
    feet = walker(browser, face, signed_in=True)
    problems = []
    for rule in rules_of(app, face):
        may = Role(principal) in holders(app, rule)
        for method in methods(rule):
            if may and method == "POST":
                continue
            answer = feet.send(method, address(app, rule, things))
            if may and answer.status_code >= 500:
                problems.append(f"{method} {rule.rule}: {answer.status_code}")
            if not may and answer.status_code not in REFUSED:
                problems.append(f"{method} {rule.rule}: {answer.status_code}, not refused")
            if not may and canary.sung_in(answer.data):
                problems.append(f"{method} {rule.rule}: {canary.sung_in(answer.data)}")
    assert problems == []


def test_the_walk_has_feet(app: Flask, cast: Cast) -> None:
    """The walk would find a hole: it sees what Ana may see, and there it hears the canary."""
    things = belongings_of(cast.seagrape, cast.seagrape.patients["ana"])
    canary = plant(cast.seagrape, cast.seagrape.patients["ana"], things, "own")
    feet = Walker(browser_of(app, cast, "physician"), "admin")
    heard = {
        name
        for rule in rules_of(app, "admin")
        if "GET" in methods(rule)
        for name in canary.sung_in(feet.send("GET", address(app, rule, things)).data)
    }
    assert {"given name", "family name", "e-mail", "phone", "birth date"} <= heard
