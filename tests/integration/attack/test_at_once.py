"""The same thing asked for many times at once, and values no column can hold: always an answer."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from threading import Barrier
from typing import Any

import pytest
from flask import Flask, request
from sqlalchemy import func, select, text

from shared.access.principal import Role
from shared.auth.accounts import find_or_create_account
from shared.auth.roles import add_grant
from shared.booking import find_next_times, get_visit_type
from shared.db import Base, db, open_session
from shared.models.account import Account
from shared.models.appointment import Appointment, AppointmentCancellation
from shared.models.passkey import Passkey
from shared.models.role_grant import RoleGrant
from shared.models.staff_invitation import StaffInvitation
from shared.onboarding import invite_staff
from tests.browsing import Browser, signed_in
from tests.integration.auth.test_staff_sign_in import ORIGIN, options
from tests.passkeys import VirtualPasskey
from tests.people import Cast
from tests.visiting import Visitor

MANY = 8


def at_once(app: Flask, work: Callable[[int], Any]) -> list[Any]:
    """Run it `MANY` times at the same moment, each in a context of its own."""
    together = Barrier(MANY)

    def one(number: int) -> Any:
        with app.app_context():
            together.wait()
            return work(number)

    with ThreadPoolExecutor(MANY) as threads:
        return list(threads.map(one, range(MANY)))


def presses(app: Flask, browser: Browser, path: str, fields: dict[str, Any]) -> list[int]:
    """The same form, without its key, from the same browser, many times at once."""
    fields = {name: value for name, value in fields.items() if name != "idempotency_key"}
    cookies = "; ".join(
        f"{name}={cookie.value}" for (_, _, name), cookie in (browser.client._cookies or {}).items()
    )
    together = Barrier(MANY)

    def press(_: int) -> int:
        together.wait()
        client = app.test_client(use_cookies=False)
        headers = {"Cookie": cookies}
        return client.post(path, data=fields, base_url=browser.base, headers=headers).status_code

    with ThreadPoolExecutor(MANY) as threads:
        return list(threads.map(press, range(MANY)))


def count(cast: Cast, model: type[Base], *where: Any) -> int:
    """How many rows there are."""
    with open_session(cast.seagrape.context()) as session:
        statement = select(func.count()).select_from(model).where(*where)
        return session.scalar(statement.execution_options(door=True)) or 0


def a_hold(app: Flask, cast: Cast) -> tuple[Visitor, str]:
    """A visitor and the page of the time they hold."""
    with open_session(cast.seagrape.context()) as session:
        visit = get_visit_type(session, practice_id=cast.seagrape.id, slug="follow-up")
        at = find_next_times(session, visit_type=visit, count=1)[0].starts_at
    visitor = Visitor(app)
    visitor.get("/portal/book/follow-up")
    _, fields = visitor.form("/holds")
    answer = visitor.post("/portal/holds", fields | {"starts_at": at.isoformat()})
    assert answer.status_code == 303, answer.text
    return visitor, answer.headers["Location"]


def test_a_hold_let_go_of_many_times_at_once_ends_once(app: Flask, cast: Cast) -> None:
    visitor, page = a_hold(app, cast)
    visitor.get(page)
    target, fields = visitor.form("/release")
    browser = Browser(visitor.client, "http://localhost")
    assert presses(app, browser, target, fields) == [303] * MANY
    assert count(cast, AppointmentCancellation) == 1
    assert count(cast, Appointment, Appointment.status == "pending") == 0


@pytest.mark.parametrize("form", ["/whereabouts", "/details", "/returning"])
def test_forms_of_a_time_let_go_of_say_so(app: Flask, cast: Cast, form: str) -> None:
    visitor, page = a_hold(app, cast)
    visitor.get(page)
    _, fields = visitor.form("/release")
    visitor.submit("/release")
    csrf = {"csrf_token": fields["csrf_token"], "state": "FL", "known-state": "FL"}
    answer = visitor.post(f"{page}{form}", csrf | {"known-email": "a@b.example"})
    assert answer.status_code == 409
    assert "no longer held" in answer.text


def test_one_address_invited_many_times_at_once_has_one_invitation(app: Flask, cast: Cast) -> None:
    maya = cast.seagrape.staff["maya"].acting(Role.OWNER)

    def invite(_: int) -> None:
        with open_session(maya.context()) as session:
            invite_staff(
                session, email="new@seagrape.example", name="New", roles=["nurse"], by=maya
            )

    at_once(app, invite)
    assert count(cast, StaffInvitation) == MANY
    assert count(cast, StaffInvitation, StaffInvitation.ended_at.is_(None)) == 1


def test_one_role_given_many_times_at_once_is_held_once(app: Flask, cast: Cast) -> None:
    rosa = cast.seagrape.staff["rosa"]
    owner = signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])
    fields = owner.hidden("/admin/staff") | {"role": "biller"}
    path = f"/admin/staff/{rosa.account_id}/roles"
    assert presses(app, owner, path, fields) == [303] * MANY
    held = (RoleGrant.account_id == rosa.account_id, RoleGrant.role == "biller")
    assert count(cast, RoleGrant, *held) == 1


def test_one_address_proven_many_times_at_once_is_one_account(app: Flask, cast: Cast) -> None:
    def prove(_: int) -> None:
        with open_session(cast.seagrape.context("bedside_gate")) as session:
            account = find_or_create_account(
                session, practice_id=cast.seagrape.id, email="zoe@example.com"
            )
            add_grant(session, account=account, role="nurse", granted_by=None)

    before = count(cast, Account)
    at_once(app, prove)
    assert count(cast, Account) == before + 1


def test_a_passkey_is_registered_once_whatever_its_hints(app: Flask, cast: Cast) -> None:
    rosa = signed_in(app, cast.seagrape, cast.seagrape.staff["rosa"])
    visitor = Visitor(app)
    visitor.client = rosa.client
    passkey = VirtualPasskey(origin=ORIGIN)

    def answers() -> dict[str, Any]:
        visitor.get("/admin/security")
        asked = options(visitor, "/admin/security/passkeys", "/admin/security/passkeys/options")
        made = passkey.create(asked)
        made["response"]["transports"] = ["usb", "\x00", "USB", "x" * 40, 7, "smart-card"]
        return dict(made)

    def send(credential: dict[str, Any]) -> int:
        _, fields = visitor.form("/admin/security")
        data = {"csrf_token": fields["csrf_token"], "credential": json.dumps(credential)}
        return visitor.post("/admin/security/passkeys", data).status_code

    assert send(answers()) == 303
    assert send(answers()) == 422
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        kept = session.scalars(select(Passkey)).all()
        assert [one.transports for one in kept] == [["usb", "smart-card"]]


@pytest.mark.parametrize(
    ("method", "path", "data"),
    [
        ("GET", "/portal/book/follow-up?ask=%00&zone=%00&day=%00", None),
        ("GET", "/portal/book/%00", None),
        ("GET", "/portal/sign-in?back=%00", None),
        ("POST", "/portal/sign-in", {"email": "a\x00@b.example"}),
        ("POST", "/portal/sign-in/link", {"token": "\x00" * 43}),
        ("POST", "/portal/sign-in", {"idempotency_key": "\x00", "email": "a@b.example"}),
        ("POST", "/hooks/stripe/practice", {"x": "\x00"}),
    ],
)
def test_a_nul_is_answered(
    app: Flask, cast: Cast, method: str, path: str, data: dict[str, str] | None
) -> None:
    visitor = Visitor(app)
    visitor.get("/portal/sign-in")
    _, fields = visitor.form("/portal/sign-in")
    answer = visitor.get(path) if method == "GET" else visitor.post(path, fields | (data or {}))
    assert answer.status_code < 500


@pytest.mark.parametrize(
    ("printed_on", "path", "fields"),
    [
        ("/admin/security", "/admin/security/passkeys", {"label": "a\x00b"}),
        ("/admin/staff/new", "/admin/staff", {"name": "a\x00b", "email": "n@s.example"}),
        ("/admin/patients", "/admin/patients", {"q": "a\x00b"}),
    ],
)
def test_a_nul_in_a_form_of_the_desk_is_answered(
    app: Flask, cast: Cast, printed_on: str, path: str, fields: dict[str, str]
) -> None:
    maya = signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])
    hidden = {**maya.hidden(printed_on), **fields, "roles": ["nurse"]}
    assert maya.post(path, hidden).status_code < 500


def test_what_no_column_can_hold_is_a_bad_request(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a field that some form forgot to clean."""

    @wraps(app.view_functions["admin.staff_create"])
    def keep() -> str:
        return str(db.session().scalar(text("select :words"), {"words": request.form["name"]}))

    monkeypatch.setitem(app.view_functions, "admin.staff_create", keep)
    maya = signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])
    answer = maya.post("/admin/staff", {"name": "a\x00b"}, printed_on="/admin/staff/new")
    assert answer.status_code == 400
    assert "Nothing was changed" in answer.text or "Error:" in answer.text
