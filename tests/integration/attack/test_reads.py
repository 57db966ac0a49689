"""Whatever shows a patient's words has an event in the log that names the patient."""

import importlib
import pkgutil
from uuid import UUID

import pytest
from flask import Flask, make_response
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from shared import access
from shared.access.principal import Role
from shared.db import open_session
from shared.models.patient import Patient
from shared.web.current import transaction
from shared.web.policy import requires
from tests.belongings import Belongings, belongings_of
from tests.integration.attack.canaries import Canary, plant
from tests.integration.attack.people import browser_of, face_of_principal
from tests.integration.attack.walking import (
    ENDS_THE_WALK,
    Walker,
    address,
    holders,
    methods,
    rules_of,
    walker,
)
from tests.people import Cast, PracticeOf

READERS = ("patient", "physician", "nurse", "receptionist", "biller", "owner", "auditor")
# What the walk types into every form: whatever searches, finds.
TYPED = ("text", "query", "q", "name", "person", "patient", "reference", "email", "phone")


def named_by(practice: PracticeOf, request_id: str, patient_id: UUID) -> bool:
    """True when an event of this request or job names the patient."""
    with open_session(practice.context("bedside_auditor")) as session:
        found = session.scalar(
            text(
                "select count(*) from audit.event"
                " where request_id = :request and patient_id = :patient"
            ),
            {"request": request_id, "patient": patient_id},
        )
    return bool(found)


def unlogged(practice: PracticeOf, answer: TestResponse, canary: Canary) -> list[str]:
    """The canaries that an answer shows without an event that names the patient."""
    sung = canary.sung_in(answer.data)
    if sung and not named_by(practice, answer.headers["X-Request-Id"], canary.patient_id):
        return sung
    return []


def paths(app: Flask, principal: str, things: Belongings) -> list[tuple[str, str]]:
    """What somebody may ask for on their face: method and address, reading before writing."""
    face = face_of_principal(principal) or "marketing"
    found = [
        (method, address(app, rule, things))
        for rule in rules_of(app, face)
        if Role(principal) in holders(app, rule) and rule.endpoint not in ENDS_THE_WALK
        for method in methods(rule)
    ]
    return sorted(found)


@pytest.mark.parametrize("principal", READERS)
def test_no_page_shows_a_patient_without_saying_so(app: Flask, cast: Cast, principal: str) -> None:
    ana = cast.seagrape.patients["ana"]
    things = belongings_of(cast.seagrape, ana)
    canary = plant(cast.seagrape, ana, things, "own")
    feet = walker(
        browser_of(app, cast, principal), face_of_principal(principal) or "", signed_in=True
    )
    silent, heard = [], 0
    for method, path in paths(app, principal, things):
        for word in ("family name", "e-mail") if method == "POST" else ("",):
            feet.fields = dict.fromkeys(TYPED, canary.words[word]) if word else {}
            answer = feet.send(method, path)
            heard += bool(canary.sung_in(answer.data))
            # What we typed ourselves comes back in the form: that is no reading.
            silent += [
                f"{method} {path}: {name}"
                for name in unlogged(cast.seagrape, answer, canary)
                if name != word
            ]
            if answer.status_code == 303 and "sign-in" in answer.headers["Location"]:
                feet = fresh(app, cast, principal)
    assert silent == []
    assert heard or principal in {"owner", "auditor", "biller"}


def fresh(app: Flask, cast: Cast, principal: str) -> Walker:
    """The same kind of person, signed in again."""
    return walker(
        browser_of(app, cast, principal), face_of_principal(principal) or "", signed_in=True
    )


def test_marketing_and_strangers_never_hear_a_canary(app: Flask, cast: Cast) -> None:
    ana = cast.seagrape.patients["ana"]
    things = belongings_of(cast.seagrape, ana)
    canary = plant(cast.seagrape, ana, things, "own")
    browser = browser_of(app, cast, "anonymous")
    heard = [
        f"{rule.rule}: {canary.sung_in(answer.data)}"
        for rule in app.url_map.iter_rules()
        if "GET" in methods(rule) and set(rule.arguments) <= set(things.ids)
        for answer in [browser.get(address(app, rule, things))]
        if canary.sung_in(answer.data)
    ]
    assert heard == []


@pytest.mark.parametrize(
    "statement",
    [
        select(Patient),
        select(Patient.family_name),
        select(Patient.__table__.c.family_name),
        text("select family_name from patient"),
        text("select p.family_name from practice x join public.patient p on true"),
    ],
    ids=["record", "attribute", "column", "sql", "joined sql"],
)
def test_a_view_around_the_doors_fails(app: Flask, cast: Cast, statement: object) -> None:
    @requires("patient.contact")
    def rogue() -> object:
        return make_response(str(transaction().execute(statement).all()))  # type: ignore[call-overload]  # every kind of statement

    app.add_url_rule("/admin/rogue", "admin.rogue", rogue)
    answer = browser_of(app, cast, "physician").get("/admin/rogue")
    assert answer.status_code == 500
    assert "Ana" not in answer.text


def test_the_walk_would_notice_a_silent_page(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Doors that forget to note their looks are found out by the canary."""
    ana = cast.seagrape.patients["ana"]
    things = belongings_of(cast.seagrape, ana)
    canary = plant(cast.seagrape, ana, things, "own")
    # Every door of the page: one look that names the patient is enough for the log.
    for found in pkgutil.iter_modules(access.__path__):
        door = importlib.import_module(f"shared.access.{found.name}")
        if hasattr(door, "look"):
            monkeypatch.setattr(door, "look", lambda *_, **__: None)
    answer = browser_of(app, cast, "physician").get(f"/admin/patients/{ana.id}")
    assert unlogged(cast.seagrape, answer, canary)
