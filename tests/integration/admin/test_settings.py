"""Senders and payments: nothing changes at once by one person, and every owner is told."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from shared import clock
from shared.access.principal import Role
from shared.auth.roles import add_grant
from shared.billing.settings import resolve_payment_setting
from shared.config import Settings
from shared.configuration import (
    AlreadyPending,
    InvalidProposal,
    OwnChange,
    confirm_change,
    propose_change,
    withdraw_change,
)
from shared.db import open_session
from shared.jobs.configuration import apply_changes
from shared.jobs.registry import Job
from shared.messaging.senders import resolve_sender
from shared.models.account import Account
from shared.models.dispatch import Dispatch
from shared.models.pending_change import PendingChange
from tests.browsing import Browser, signed_in
from tests.integration.admin.waiting import a_day_passes
from tests.people import DOOR, Cast, PracticeOf

WISH = {"name": "Seagrape", "address": "hello@seagrape.example", "reply_to": None}
PAY = {"account_key": "consulting", "product_name": "Service fee", "receipts": False}


@pytest.fixture
def practice(cast: Cast) -> PracticeOf:
    return cast.seagrape


@pytest.fixture
def maya(app: Flask, practice: PracticeOf) -> Browser:
    """The only owner."""
    return signed_in(app, practice, practice.staff["maya"])


@pytest.fixture
def second_owner(practice: PracticeOf) -> UUID:
    """Rosa has been an owner for two days, too."""
    rosa = practice.staff["rosa"].account_id
    earlier = clock.freeze(clock.now() - timedelta(days=2))
    with earlier, open_session(practice.context()) as session:
        account = session.get_one(Account, (practice.id, rosa))
        add_grant(session, account=account, role="owner", granted_by=None)
    return rosa


def propose(practice: PracticeOf, kind: str = "message_sender", **values: Any) -> PendingChange:
    by = practice.staff["maya"].acting(Role.OWNER)
    with open_session(by.context()) as session:
        wish = (WISH if kind == "message_sender" else PAY) | values
        return propose_change(session, kind=kind, values=wish, by=by)


def sender(practice: PracticeOf) -> str:
    with open_session(practice.context()) as session:
        return resolve_sender(session).address


def mails(practice: PracticeOf) -> set[tuple[str, str]]:
    with open_session(practice.context()) as session:
        rows = session.scalars(select(Dispatch).execution_options(**DOOR))
        return {(row.template, row.to) for row in rows}


def test_with_one_owner_a_change_waits_a_day_and_every_address_is_told(
    practice: PracticeOf, settings: Settings
) -> None:
    before = sender(practice)
    change = propose(practice)
    assert change.effective_at == change.proposed_at + timedelta(hours=24)
    assert mails(practice) == {
        ("change_due", practice.staff["maya"].email),
        ("change_due", practice.view.email),
    }
    job = Job("apply_changes", practice.id, settings)
    with clock.freeze(clock.now() + timedelta(hours=23, minutes=59)):
        apply_changes(job)
    assert sender(practice) == before
    a_day_passes(settings)
    apply_changes(job)
    apply_changes(job)
    assert sender(practice) == WISH["address"]


def test_with_two_owners_the_second_confirms(practice: PracticeOf, second_owner: UUID) -> None:
    before = sender(practice)
    change = propose(practice)
    assert change.effective_at is None
    assert {template for template, _ in mails(practice)} == {"change_to_confirm"}
    maya = practice.staff["maya"].acting(Role.OWNER)
    with open_session(maya.context()) as session, pytest.raises(OwnChange):
        confirm_change(session, change_id=change.id, by=maya)
    assert sender(practice) == before
    rosa = _as_owner(practice, second_owner)
    with open_session(rosa.context()) as session:
        confirm_change(session, change_id=change.id, by=rosa)
    assert sender(practice) == WISH["address"]


def test_an_owner_made_just_now_is_no_second_person(practice: PracticeOf) -> None:
    rosa = practice.staff["rosa"].account_id
    with open_session(practice.context()) as session:
        account = session.get_one(Account, (practice.id, rosa))
        add_grant(session, account=account, role="owner", granted_by=None)
    change = propose(practice)
    assert change.effective_at is not None
    by = _as_owner(practice, rosa)
    with open_session(by.context()) as session, pytest.raises(OwnChange):
        confirm_change(session, change_id=change.id, by=by)
    later = clock.freeze(clock.now() + timedelta(hours=23, minutes=59))
    with later, open_session(by.context()) as session, pytest.raises(OwnChange):
        confirm_change(session, change_id=change.id, by=by)


def _as_owner(practice: PracticeOf, account_id: UUID) -> Any:
    member = practice.staff["rosa"]
    assert member.account_id == account_id
    principal = member.acting(Role.OWNER)
    return replace(principal, roles=principal.roles | {Role.OWNER})


def test_the_database_refuses_what_the_program_would_not_do(
    practice: PracticeOf, settings: Settings
) -> None:
    change = propose(practice)
    statements = {
        "second_person": "update pending_change set (confirmed_by, confirmed_at)"
        " = (proposed_by, now())",
        "applied": "update pending_change set applied_at = proposed_at + interval '1 hour'",
        "delay": "update pending_change set effective_at = proposed_at + interval '1 hour'",
    }
    for name, statement in statements.items():
        with psycopg.connect(settings.owner_dsn) as owner:
            owner.execute("alter table pending_change disable trigger user")
            with pytest.raises(psycopg.errors.CheckViolation, match=name):
                owner.execute(f"{statement} where id = %s", [change.id])  # type: ignore[arg-type]


def test_a_withdrawn_change_never_comes(practice: PracticeOf, settings: Settings) -> None:
    before, change = sender(practice), propose(practice)
    maya = practice.staff["maya"].acting(Role.OWNER)
    with open_session(maya.context()) as session:
        withdraw_change(session, change_id=change.id, by=maya)
        withdraw_change(session, change_id=change.id, by=maya)
    a_day_passes(settings)
    apply_changes(Job("apply_changes", practice.id, settings))
    assert sender(practice) == before


def test_one_change_of_a_kind_waits_at_a_time(practice: PracticeOf) -> None:
    propose(practice)
    with pytest.raises(AlreadyPending):
        propose(practice)
    propose(practice, kind="payment_setting")


@pytest.mark.parametrize(
    ("kind", "wrong", "problem"),
    [
        ("message_sender", {"address": "nobody"}, "bad_address"),
        ("message_sender", {"name": "A\nB"}, "bad_name"),
        ("message_sender", {"reply_to": "x"}, "bad_reply_to"),
        ("payment_setting", {"account_key": "mine"}, "bad_account"),
        ("payment_setting", {"product_name": "Ketamine"}, "bad_product_name"),
    ],
)
def test_nonsense_is_refused(
    practice: PracticeOf, kind: str, wrong: dict[str, Any], problem: str
) -> None:
    with pytest.raises(InvalidProposal, match=problem):
        propose(practice, kind, **wrong)


def test_payment_settings_come_into_force_the_same_way(
    practice: PracticeOf, settings: Settings
) -> None:
    propose(practice, kind="payment_setting")
    a_day_passes(settings)
    apply_changes(Job("apply_changes", practice.id, settings))
    with open_session(practice.context()) as session:
        choice = resolve_payment_setting(session)
    assert (choice.account_key, choice.product_name, choice.receipts, choice.source) == (
        "consulting",
        "Service fee",
        False,
        "practice",
    )


@pytest.mark.parametrize(
    "spoil",
    [
        "drop table payment_setting cascade",
        "update payment_setting set product_name = 'Ketamine'",
        "update payment_setting set ended_at = now()",
        "revoke all on payment_setting from bedside_job",
    ],
)
def test_spoilt_payment_settings_give_way_to_the_default(
    practice: PracticeOf, settings: Settings, spoil: str
) -> None:
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("alter table payment_setting disable trigger user")
        owner.execute(spoil)  # type: ignore[arg-type]
    with open_session(practice.context()) as session:
        choice = resolve_payment_setting(session)
        assert session.scalar(select(1)) == 1
    assert (choice.account_key, choice.source) == ("practice", "default")


def test_the_owner_changes_the_sender_on_the_page(maya: Browser, practice: PracticeOf) -> None:
    page = "/admin/settings/senders"
    assert "Nobody" not in maya.get(page).text
    wrong = maya.post(page, {"name": "", "address": "nobody"}, printed_on=f"{page}/new")
    assert wrong.status_code == 422
    assert "Enter the name patients will see." in wrong.text
    right = {"name": "Seagrape", "address": "hello@seagrape.example", "reply_to": ""}
    assert maya.post(page, right, printed_on=f"{page}/new").status_code == 303
    shown = maya.get(page).text
    assert "A change is waiting" in shown
    assert "It takes effect on" in shown
    again = maya.post(page, right, printed_on=f"{page}/new")
    assert (again.status_code, "Another change is waiting" in again.text) == (422, True)


def test_an_earlier_setting_is_wished_for_again(
    maya: Browser, practice: PracticeOf, settings: Settings
) -> None:
    before = sender(practice)
    propose(practice)
    a_day_passes(settings)
    apply_changes(Job("apply_changes", practice.id, settings))
    with psycopg.connect(settings.owner_dsn) as owner:
        found = owner.execute(
            "select id from message_sender where ended_at is not null and practice_id = %s",
            [practice.id],
        ).fetchone()
    assert found is not None
    page = "/admin/settings/senders"
    assert "Use this again" in maya.get(page).text
    answer = maya.post(f"{page}/earlier/{found[0]}", printed_on=page)
    assert answer.status_code == 303
    with open_session(practice.context()) as session:
        waiting = session.scalars(
            select(PendingChange).where(PendingChange.applied_at.is_(None))
        ).one()
    assert waiting.proposal["address"] == before


def test_test_mails_go_to_oneself_also_from_a_proposed_sender(
    maya: Browser, practice: PracticeOf
) -> None:
    change = propose(practice)
    page = "/admin/settings/senders"
    assert maya.post("/admin/settings/tests", printed_on=page).status_code == 303
    answer = maya.post(f"/admin/settings/changes/{change.id}/tests", printed_on=page)
    assert answer.status_code == 303
    assert ("operations_test", practice.staff["maya"].email) in mails(practice)
    assert "Test mails" in maya.get(page).text


def test_the_buttons_of_a_waiting_change(
    app: Flask, maya: Browser, practice: PracticeOf, second_owner: UUID
) -> None:
    page = "/admin/settings/payments"
    change = propose(practice, kind="payment_setting")
    own = maya.post(f"/admin/settings/changes/{change.id}/confirm", printed_on=page)
    assert own.status_code == 404
    rosa = signed_in(app, practice, practice.staff["rosa"])
    assert "It takes effect when you confirm it." in rosa.get(page).text
    path = f"/admin/settings/changes/{change.id}"
    assert rosa.post(f"{path}/confirm", printed_on=page).status_code == 303
    assert "The consulting account" in maya.get(page).text
    other = propose(practice, kind="payment_setting", product_name="Visit fee")
    path = f"/admin/settings/changes/{other.id}/withdraw"
    assert maya.post(path, printed_on=page).status_code == 303
    assert maya.get("/admin/settings").status_code == 200
