"""What holds for every route alike: GET only reads, forms have tokens, unknown hosts are sent away.

Who reaches what is tests/integration/attack/test_matrix.py.
"""

import pytest
from flask import Flask
from sqlalchemy import text

from shared.access.policy import CAPABILITIES
from shared.access.principal import STAFF_ROLES
from shared.db import open_session
from tests.belongings import belongings_of
from tests.browsing import signed_in, stranger
from tests.integration.attack.walking import FACES, address, rules_of
from tests.people import Cast


def log_size(cast: Cast) -> int:
    """How many acts and writes the practice's log holds."""
    with open_session(cast.seagrape.context("bedside_auditor")) as session:
        return session.scalar(text("select count(*) from audit.event where kind <> 'look'")) or 0


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
