"""Somebody who acts for a patient: what they were given, and nothing else of the same patient."""

from dataclasses import replace

import pytest
from flask import Flask

from shared import clock
from shared.access.appointments import list_booked, list_past, list_upcoming
from shared.access.dispatches import list_sent_to_viewer
from shared.access.errors import NotFound, Refused
from shared.access.holds import list_own_ranges
from shared.access.looks import read_own_looks
from shared.access.payments import list_patient_payments
from shared.access.policy import (
    CAPABILITIES,
    SCOPE_OF,
    SCOPES,
    WITHOUT_SCOPE,
    choose_role,
    holds,
)
from shared.access.principal import Principal, Role
from shared.auth.accounts import create_account
from shared.auth.asking import find_principal
from shared.db import open_session
from shared.events import act
from shared.models.patient_access import PatientAccess
from shared.web.cookies import session_cookie_name
from shared.web.policy import capability_of
from tests.belongings import belongings_of
from tests.browsing import Browser, signed_in
from tests.integration.attack.canaries import plant
from tests.integration.attack.walking import REFUSED, address, methods, owned, rules_of
from tests.people import Cast, PatientOf


def appoint(cast: Cast, relationship: str, *scopes: str) -> PatientOf:
    """Somebody who acts for Ana; signs in as her with an account of their own."""
    ana, practice = cast.seagrape.patients["ana"], cast.seagrape
    with open_session(practice.context()) as session:
        account = create_account(
            session, practice_id=practice.id, email=f"{relationship}@example.com", name=None
        )
        row = PatientAccess(
            practice_id=practice.id,
            account_id=account.id,
            patient_id=ana.id,
            relationship=relationship,
            scopes=list(scopes),
            created_at=clock.now(),
            ended_at=None,
        )
        session.add(row)
        act(session, "patient_access.granted", target=row, patient_id=ana.id, relationship="proxy")
        return replace(ana, account_id=account.id)


def principal_of(cast: Cast, browser: Browser) -> Principal:
    cookie = browser.client.get_cookie(session_cookie_name("portal"), domain=cast.seagrape.host)
    assert cookie is not None
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        found = find_principal(
            session,
            practice_id=cast.seagrape.id,
            face="portal",
            token=cookie.value,
            now=clock.now(),
        )
    assert found is not None
    return found


def in_scope(capability: str | None, scopes: tuple[str, ...]) -> bool:
    return capability in WITHOUT_SCOPE or SCOPE_OF.get(capability or "") in scopes


@pytest.mark.parametrize(
    "scopes", [(), ("visits",), ("money",), ("messages",), ("record",), ("everything",)]
)
def test_a_proxy_reaches_what_was_named(app: Flask, cast: Cast, scopes: tuple[str, ...]) -> None:
    ana = cast.seagrape.patients["ana"]
    things = belongings_of(cast.seagrape, ana)
    browser = signed_in(app, cast.seagrape, appoint(cast, "proxy", *scopes))
    opened = []
    for rule in rules_of(app, "portal"):
        if not owned(rule) or "GET" not in methods(rule):
            continue
        answer = browser.get(address(app, rule, things))
        capability = capability_of(app, rule.endpoint)
        if not in_scope(capability, scopes) and answer.status_code not in REFUSED:
            opened.append((rule.rule, answer.status_code))
        if in_scope(capability, scopes) and SCOPE_OF.get(capability or ""):
            assert answer.status_code not in {401, 403}, rule.rule
    assert opened == []


def test_home_of_a_proxy_without_scopes_says_nothing_of_the_patient(app: Flask, cast: Cast) -> None:
    ana = cast.seagrape.patients["ana"]
    things = belongings_of(cast.seagrape, ana)
    canary = plant(cast.seagrape, ana, things, "proxy")
    browser = signed_in(app, cast.seagrape, appoint(cast, "proxy"))
    answer = browser.get("/portal/")
    assert answer.status_code == 200
    heard = set(canary.sung_in(answer.data))
    assert heard <= {"given name", "family name"}, "whom they act for, and nothing more"


def test_doors_keep_a_proxy_to_the_scopes_whatever_the_policy_says(app: Flask, cast: Cast) -> None:
    browser = signed_in(app, cast.seagrape, appoint(cast, "proxy"))
    viewer = principal_of(cast, browser).under(Role.PROXY)
    now = clock.now()
    with open_session(viewer.context()) as session:
        assert list_upcoming(session, viewer=viewer) == []
        assert list_past(session, viewer=viewer) == []
        assert viewer.patient_id is not None
        assert list_booked(session, viewer=viewer, patient_id=viewer.patient_id) == []
        assert list_own_ranges(session, viewer=viewer, first=now, until=now) == []
        assert list_sent_to_viewer(session, viewer=viewer) == []
        own = viewer.patient_id
        assert list_patient_payments(session, viewer=viewer, patient_id=own) == []
        with pytest.raises(NotFound):
            read_own_looks(session, viewer=viewer)


@pytest.mark.parametrize("relationship", ["parent", "guardian", "family"])
def test_who_stands_in_for_the_patient_is_held_back_nowhere(
    app: Flask, cast: Cast, relationship: str
) -> None:
    viewer = principal_of(cast, signed_in(app, cast.seagrape, appoint(cast, relationship)))
    assert viewer.scopes is None
    for capability, roles in CAPABILITIES.items():
        assert holds(viewer, capability) == bool(viewer.roles & set(roles))


def test_every_capability_of_patients_has_its_scope_or_is_refused(app: Flask, cast: Cast) -> None:
    """A new capability is closed to proxies until somebody has thought about it."""
    viewer = principal_of(cast, signed_in(app, cast.seagrape, appoint(cast, "proxy", *SCOPES)))
    assert viewer.roles == {Role.PROXY}
    for capability, roles in CAPABILITIES.items():
        expected = Role.PROXY in roles and (capability in SCOPE_OF or capability in WITHOUT_SCOPE)
        assert holds(viewer, capability) == expected, capability
        if not expected:
            with pytest.raises(Refused):
                choose_role(viewer, capability)


def test_what_is_taken_from_a_proxy_is_gone_with_the_next_click(app: Flask, cast: Cast) -> None:
    person = appoint(cast, "proxy", "visits")
    browser = signed_in(app, cast.seagrape, person)
    assert principal_of(cast, browser).may("visits")
    with open_session(cast.seagrape.context()) as session:
        row = session.query(PatientAccess).filter_by(account_id=person.account_id).one()
        row.scopes = []
        act(session, "patient_access.granted", target=row, relationship="proxy")
    assert not principal_of(cast, browser).may("visits")
