"""A patient's passkeys: made after a mail, good for the portal alone, and they name nobody."""

import json
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, text

from shared import clock
from shared.access.principal import Role
from shared.auth import limits
from shared.config import Settings
from shared.db import open_session
from shared.events import act
from shared.jobs.registry import Job, load_tasks
from shared.models.passkey import Passkey
from shared.models.role_grant import RoleGrant
from tests.browsing import Browser, signed_in, stranger
from tests.passkeys import VirtualPasskey
from tests.people import Cast, PatientOf, PracticeOf
from tests.visiting import mails

PAGE = "/portal/security"


@pytest.fixture
def practice(cast: Cast) -> PracticeOf:
    return cast.seagrape


@pytest.fixture
def ana(practice: PracticeOf) -> PatientOf:
    return practice.patients["ana"]


@pytest.fixture
def phone(app: Flask, practice: PracticeOf, ana: PatientOf) -> Browser:
    return signed_in(app, practice, ana)


def device(practice: PracticeOf) -> VirtualPasskey:
    return VirtualPasskey(f"http://{practice.host}")


def enrol(browser: Browser, key: VirtualPasskey, label: str = "My phone") -> int:
    hidden = browser.hidden(PAGE)
    token = {"csrf_token": hidden["csrf_token"]}
    options = browser.post(f"{PAGE}/passkeys/options", token)
    assert options.status_code == 200, options.text
    made = json.dumps(key.create(json.loads(options.text)))
    answer = browser.post(f"{PAGE}/passkeys", hidden | {"label": label, "credential": made})
    return answer.status_code


def sign_in(browser: Browser, key: VirtualPasskey, face: str = "portal") -> int:
    hidden = browser.hidden(f"/{face}/sign-in")
    token = {"csrf_token": hidden["csrf_token"]}
    options = browser.post(f"/{face}/sign-in/passkey/options", token)
    answer = json.dumps(key.get(json.loads(options.text)))
    return browser.post(
        f"/{face}/sign-in/passkey", hidden | {"credential": answer, "back": ""}
    ).status_code


def kept(practice: PracticeOf) -> list[Passkey]:
    with open_session(practice.context()) as session:
        return list(session.scalars(select(Passkey).where(Passkey.face == "portal")))


def test_a_passkey_is_made_named_used_and_removed(
    app: Flask, practice: PracticeOf, phone: Browser
) -> None:
    key = device(practice)
    assert enrol(phone, key) == 303
    [row] = kept(practice)
    phone.post(f"{PAGE}/passkeys/{row.id}/name", {"label": "Grün 📱"}, printed_on=PAGE)
    assert "Grün 📱" in phone.get(PAGE).text
    other = stranger(app, practice)
    assert sign_in(other, key) == 303
    assert "Hello, <bdi>Ana</bdi>" in other.get("/portal/").text
    phone.post(f"{PAGE}/passkeys/{row.id}/end", printed_on=PAGE)
    assert sign_in(stranger(app, practice), key) == 422


def test_it_never_opens_the_desk_also_when_a_role_is_given_later(
    app: Flask, practice: PracticeOf, ana: PatientOf, phone: Browser
) -> None:
    key = device(practice)
    enrol(phone, key)
    give_role(practice, ana)
    assert sign_in(stranger(app, practice), key, face="admin") == 422


def test_a_passkey_of_the_desk_does_not_open_the_portal(app: Flask, practice: PracticeOf) -> None:
    maya = practice.staff["maya"]
    desk, key = signed_in(app, practice, maya), device(practice)
    hidden = desk.hidden("/admin/security")
    token = {"csrf_token": hidden["csrf_token"]}
    options = desk.post("/admin/security/passkeys/options", token)
    made = json.dumps(key.create(json.loads(options.text)))
    desk.post("/admin/security/passkeys", hidden | {"label": "Desk", "credential": made})
    assert sign_in(stranger(app, practice), key) == 422


def test_somebody_who_works_here_makes_theirs_at_the_desk(
    practice: PracticeOf, ana: PatientOf, phone: Browser
) -> None:
    give_role(practice, ana)
    hidden = phone.hidden(PAGE)
    answer = phone.post(f"{PAGE}/passkeys/options", {"csrf_token": hidden["csrf_token"]})
    assert answer.status_code == 409
    assert kept(practice) == []


def test_the_options_name_nobody(app: Flask, practice: PracticeOf, phone: Browser) -> None:
    enrol(phone, device(practice))
    browser = stranger(app, practice)
    hidden = browser.hidden("/portal/sign-in")
    token = {"csrf_token": hidden["csrf_token"]}
    options = json.loads(browser.post("/portal/sign-in/passkey/options", token).text)
    assert not options.get("allowCredentials")


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", "x" * 20_000, '{"id": "\\u0000"}'])
def test_an_answer_that_is_none_opens_nothing(
    app: Flask, practice: PracticeOf, credential: str
) -> None:
    browser = stranger(app, practice)
    hidden = browser.hidden("/portal/sign-in")
    answer = browser.post("/portal/sign-in/passkey", hidden | {"credential": credential})
    assert answer.status_code == 422
    assert "Sign in by e-mail" in answer.text


def test_nobody_elses_passkey_is_renamed_or_removed(
    app: Flask, cast: Cast, practice: PracticeOf, phone: Browser
) -> None:
    enrol(phone, device(practice))
    [row] = kept(practice)
    foreign = next(iter(cast.ironbound.patients.values()))
    for browser in (
        signed_in(app, practice, practice.patients["ben"]),
        signed_in(app, cast.ironbound, foreign),
    ):
        for verb in ("name", "end"):
            path = f"{PAGE}/passkeys/{row.id}/{verb}"
            assert browser.post(path, {"label": "Mine"}, printed_on=PAGE).status_code == 404
    assert [(one.label, one.ended_at) for one in kept(practice)] == [("My phone", None)]


def give_role(practice: PracticeOf, person: PatientOf) -> None:
    with open_session(practice.context("bedside_gate")) as session:
        grant = RoleGrant(
            practice_id=practice.id, account_id=person.account_id, role=Role.NURSE.value,
            granted_by=None, granted_at=clock.now(), ended_by=None, ended_at=None,
        )  # fmt: skip
        session.add(grant)
        act(session, "practice.seeded", target=("practice", practice.id))


@pytest.mark.parametrize(("face", "who"), [("portal", "ana"), ("admin", "maya")])
def test_whoever_has_a_new_way_in_hears_of_it(
    practice: PracticeOf, settings: Settings, face: str, who: str
) -> None:
    person = practice.patients[who] if face == "portal" else practice.staff[who]
    job = Job("tell_of_new_way_in", practice.id, settings, id=7)
    for _ in range(2):  # a job may run twice
        load_tasks()["tell_of_new_way_in"].call(
            job, {"account_id": str(person.account_id), "face": face}
        )
    [(name, context)] = mails(practice.id)
    assert (name, context["link"], context["face"]) == ("new_way_in", f"/{face}/security", face)


def test_an_answer_to_no_question_leaves_no_trace(
    app: Flask, cast: Cast, practice: PracticeOf
) -> None:
    browser = stranger(app, practice)
    for face in ("portal", "admin"):
        page = f"/{face}/sign-in"
        answer = browser.post(f"{page}/passkey", {"credential": "{}"}, printed_on=page)
        assert answer.status_code in {401, 422}
    with open_session(practice.context("bedside_auditor")) as session:
        refused = text("select count(*) from audit.event where action = 'sign_in.refused'")
        assert session.scalar(refused) == 0


def test_guests_of_a_network_do_not_shut_the_desk_out(
    app: Flask, cast: Cast, practice: PracticeOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = replace(limits.CHALLENGES_OF_BROWSER, most=2)
    monkeypatch.setattr(limits, "CHALLENGES_OF_BROWSER", few)

    def ask(browser: Browser, page: str = "/admin/sign-in") -> int:
        token = {"csrf_token": browser.hidden(page)["csrf_token"]}
        return browser.post("/admin/sign-in/passkey/options", token).status_code

    guest = stranger(app, practice)
    assert [ask(guest) for _ in range(3)] == [200, 200, 429]
    assert ask(stranger(app, practice)) == 200
    # Even with the network shut: who has to prove it again, in an emergency say, goes on.
    maya = signed_in(app, practice, practice.staff["maya"])
    shut = replace(limits.CHALLENGES_FROM_NETWORK, most=1)
    monkeypatch.setattr(limits, "CHALLENGES_FROM_NETWORK", shut)
    assert ask(stranger(app, practice)) == 429
    assert [ask(maya, "/admin/security") for _ in range(3)] == [200, 200, 200]
