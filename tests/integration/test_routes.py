"""Every route, against everyone who is not meant to use it: generated from the url map."""

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.routing import Rule

from shared.access.policy import CAPABILITIES
from shared.access.principal import STAFF_ROLES, Role
from shared.db import open_session
from shared.web.policy import capability_of
from tests.belongings import Belongings, belongings_of
from tests.browsing import Browser, signed_in, stranger
from tests.people import Cast

# Ids of things that belong to a person or a practice; the others name public or unguessable things.
OWNED = frozenset(
    {
        "patient_id",
        "account_id",
        "appointment_id",
        "hold_id",
        "payment_id",
        "dispatch_id",
        "email_change_id",
        "grant_id",
        "attempt_id",
        "item_id",
        "suppression_id",
        "inbox_id",
        "change_id",
        "row_id",
        "event_id",
        "target_id",
    }
)
REFUSED = frozenset({401, 403, 404})
FACES = ("portal", "admin")
# A page of each face that everybody signed in may open, for its forms' tokens.
PRINTED_ON = {"portal": "/portal/appointments", "admin": "/admin/security"}


def rules_of(app: Flask, *faces: str) -> list[Rule]:
    """The routes of some faces."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[0] in faces]


def address(app: Flask, rule: Rule, things: Belongings) -> str:
    """The path of a route that points at `things`; a new argument name must be added there."""
    with app.test_request_context():
        built = app.url_map.bind("localhost").build(
            rule.endpoint, {name: things.ids[name] for name in rule.arguments}
        )
    return str(built)


def methods(rule: Rule) -> list[str]:
    """What a browser would send."""
    return sorted((rule.methods or set()) & {"GET", "POST"})


def send(browser: Browser, method: str, path: str, page: str) -> int:
    """The status of a request, with a good CSRF token where one is needed."""
    if method == "GET":
        return browser.get(path).status_code
    return browser.post(path, {}, printed_on=page).status_code


def attack(app: Flask, browser: Browser, rule: Rule, things: Belongings) -> list[str]:
    """What was not refused, in words."""
    face = rule.endpoint.partition(".")[0]
    problems = []
    for method in methods(rule):
        status = send(browser, method, address(app, rule, things), PRINTED_ON[face])
        if status not in REFUSED:
            problems.append(f"{method} {rule.rule} answered {status}")
    return problems


def log_size(cast: Cast) -> int:
    """How many acts and writes the practice's log holds."""
    with open_session(cast.seagrape.context("bedside_auditor")) as session:
        return session.scalar(text("select count(*) from audit.event where kind <> 'look'")) or 0


def owned_rules(app: Flask, face: str) -> list[Rule]:
    """Routes of a face that name somebody's things."""
    return [rule for rule in rules_of(app, face) if rule.arguments & OWNED]


@pytest.mark.parametrize("whose", ["other patient", "other practice"])
def test_a_patient_gets_nothing_of_anybody_else(app: Flask, cast: Cast, whose: str) -> None:
    ben = cast.seagrape.patients["ben"]
    cleo = cast.ironbound.patients["cleo"]
    things = (
        belongings_of(cast.seagrape, ben)
        if whose == "other patient"
        else belongings_of(cast.ironbound, cleo)
    )
    ana = signed_in(app, cast.seagrape, cast.seagrape.patients["ana"])
    before = log_size(cast)
    problems = [p for rule in owned_rules(app, "portal") for p in attack(app, ana, rule, things)]
    assert problems == []
    assert log_size(cast) == before


@pytest.mark.parametrize("name", ["maya", "rosa"])
def test_staff_get_nothing_of_another_practice(app: Flask, cast: Cast, name: str) -> None:
    things = belongings_of(cast.ironbound, cast.ironbound.patients["cleo"])
    browser = signed_in(app, cast.seagrape, cast.seagrape.staff[name])
    before = log_size(cast)
    problems = [p for rule in owned_rules(app, "admin") for p in attack(app, browser, rule, things)]
    assert problems == []
    assert log_size(cast) == before


@pytest.mark.parametrize("name", ["maya", "rosa"])
def test_a_role_without_the_capability_is_refused(app: Flask, cast: Cast, name: str) -> None:
    member = cast.seagrape.staff[name]
    browser = signed_in(app, cast.seagrape, member)
    things = belongings_of(cast.seagrape, cast.seagrape.patients["ana"])
    problems = []
    for rule in rules_of(app, "admin"):
        allowed = CAPABILITIES[capability_of(app, rule.endpoint) or ""]
        if not member.roles & set(allowed) and Role.ANONYMOUS not in allowed:
            problems += attack(app, browser, rule, things)
    assert problems == []


def test_a_stranger_is_sent_to_sign_in_and_sees_nothing(app: Flask, cast: Cast) -> None:
    things = belongings_of(cast.seagrape, cast.seagrape.patients["ana"])
    problems = []
    for rule in rules_of(app, *FACES):
        if Role.ANONYMOUS in CAPABILITIES[capability_of(app, rule.endpoint) or ""]:
            continue
        browser = stranger(app, cast.seagrape)
        for method in methods(rule):
            path = address(app, rule, things)
            face = rule.endpoint.partition(".")[0]
            page = f"/{face}/sign-in"
            answer = (
                browser.get(path) if method == "GET" else browser.post(path, {}, printed_on=page)
            )
            location = answer.headers.get("Location", "")
            if answer.status_code != 303 or not location.startswith(f"/{face}/sign-in"):
                problems.append(f"{method} {path} answered {answer.status_code} {location}")
    assert problems == []


def test_a_session_of_one_face_opens_no_other(app: Flask, cast: Cast) -> None:
    ana = signed_in(app, cast.seagrape, cast.seagrape.patients["ana"])
    maya = signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])
    assert ana.get("/admin/patients").status_code == 303
    assert maya.get("/portal/").status_code in (303, 404)


def test_a_session_of_one_practice_opens_no_other(app: Flask, cast: Cast) -> None:
    ana = signed_in(app, cast.seagrape, cast.seagrape.patients["ana"])
    cookies = ana.client.get_cookie("bedside_portal", domain="localhost")
    assert cookies is not None
    there = stranger(app, cast.ironbound)
    there.client.set_cookie("bedside_portal", cookies.value, domain=cast.ironbound.host)
    assert there.get("/portal/").status_code == 303


def test_a_get_never_writes(app: Flask, cast: Cast) -> None:
    patient = cast.seagrape.patients["ana"]
    things = belongings_of(cast.seagrape, patient)
    browsers = {
        "portal": signed_in(app, cast.seagrape, patient),
        "admin": signed_in(app, cast.seagrape, cast.seagrape.staff["maya"]),
        "marketing": stranger(app, cast.seagrape),
    }
    before = log_size(cast)
    for rule in rules_of(app, *browsers):
        if "GET" in (rule.methods or set()):
            face = rule.endpoint.partition(".")[0]
            status = browsers[face].get(address(app, rule, things)).status_code
            assert status < 500, rule.rule
    assert log_size(cast) == before


def test_every_form_needs_its_token(app: Flask, cast: Cast) -> None:
    patient = cast.seagrape.patients["ana"]
    things = belongings_of(cast.seagrape, patient)
    browsers = {
        "portal": signed_in(app, cast.seagrape, patient),
        "admin": signed_in(app, cast.seagrape, cast.seagrape.staff["maya"]),
    }
    for rule in rules_of(app, *FACES):
        if "POST" in (rule.methods or set()):
            face = rule.endpoint.partition(".")[0]
            answer = browsers[face].post(address(app, rule, things), {})
            assert answer.status_code in (400, 403), rule.rule


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1", "[::1]"])
def test_an_unknown_host_is_misdirected(app: Flask, host: str) -> None:
    answer = app.test_client().get("/portal/sign-in", base_url=f"http://{host}")
    assert answer.status_code == 421


def test_a_form_from_another_origin_is_refused(app: Flask, cast: Cast) -> None:
    ana = signed_in(app, cast.seagrape, cast.seagrape.patients["ana"])
    answer = ana.client.post(
        "/portal/sign-out", base_url=ana.base, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 403


def test_staff_roles_are_all_in_the_table() -> None:
    named = {role for roles in CAPABILITIES.values() for role in roles}
    assert set(STAFF_ROLES) <= named
