"""Giving and ending roles: the rules behind the team's page."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared import clock
from shared.access.errors import NotFound
from shared.access.principal import Principal, Role
from shared.auth.accounts import find_or_create_account
from shared.auth.errors import GrantRefused
from shared.auth.roles import add_grant, end_role, grant_role
from shared.db import open_session
from shared.ids import new_id
from shared.models.account import Account
from shared.models.role_grant import RoleGrant
from tests.browsing import signed_in
from tests.people import SEEDED_AT, Cast


@pytest.fixture
def owner(cast: Cast) -> Principal:
    return cast.seagrape.staff["maya"].acting(Role.OWNER)


def account_of(cast: Cast, session: Session, who: str) -> Account:
    """The account of somebody who works here."""
    return session.get_one(Account, (cast.seagrape.id, cast.seagrape.staff[who].account_id))


def grant_id(cast: Cast, session: Session, who: str, role: str) -> UUID:
    """The grant of a role that somebody holds."""
    return session.scalars(
        select(RoleGrant.id).where(
            RoleGrant.account_id == cast.seagrape.staff[who].account_id,
            RoleGrant.role == role,
            RoleGrant.ended_at.is_(None),
        )
    ).one()


def refused(cast: Cast, owner: Principal, attempt: Callable[[Session], object]) -> str:
    """The rule that stood in the way."""
    with pytest.raises(GrantRefused) as caught, open_session(owner.context()) as session:
        attempt(session)
    return caught.value.reason


def test_role_is_given_once_and_unknown_ones_never(
    app: Flask, cast: Cast, owner: Principal
) -> None:
    with open_session(owner.context()) as session:
        rosa = account_of(cast, session, "rosa")
        first = grant_role(session, account=rosa, role="nurse", by=owner)
        assert grant_role(session, account=rosa, role="nurse", by=owner).id == first.id
    assert (
        refused(
            cast,
            owner,
            lambda session: grant_role(
                session, account=account_of(cast, session, "rosa"), role="patient", by=owner
            ),
        )
        == "unknown_role"
    )


def test_last_owner_stays_and_nobody_ends_their_own_roles(
    app: Flask, cast: Cast, owner: Principal
) -> None:
    def end(who: str, role: str) -> Callable[[Session], object]:
        return lambda session: end_role(
            session, grant_id=grant_id(cast, session, who, role), by=owner
        )

    assert refused(cast, owner, end("maya", "owner")) == "last_owner"
    assert refused(cast, owner, end("maya", "physician")) == "oneself"
    with pytest.raises(NotFound), open_session(owner.context()) as session:
        end_role(session, grant_id=new_id(), by=owner)
    with open_session(owner.context()) as session:
        grant_role(session, account=account_of(cast, session, "rosa"), role="owner", by=owner)
    assert refused(cast, owner, end("maya", "owner")) == "oneself"
    rosa = cast.seagrape.staff["rosa"]
    second = Principal(
        cast.seagrape.id,
        frozenset({Role.OWNER}),
        account_id=rosa.account_id,
        acting_as=Role.OWNER,
    )
    with open_session(second.context()) as session:
        ended = end_role(session, grant_id=grant_id(cast, session, "maya", "owner"), by=second)
        gone = ended.id
    assert refused(cast, second, lambda s: end_role(s, grant_id=gone, by=second)) == "ended"


def test_database_itself_refuses_a_grant_to_oneself(
    app: Flask, cast: Cast, owner: Principal
) -> None:
    with open_session(owner.context()) as session:
        maya = account_of(cast, session, "maya")
    with (
        pytest.raises(IntegrityError, match="not_to_oneself"),
        open_session(owner.context()) as session,
    ):
        add_grant(session, account=maya, role="auditor", granted_by=owner.account_id)


def test_other_practices_grants_cannot_be_ended(app: Flask, cast: Cast, owner: Principal) -> None:
    with open_session(cast.ironbound.context()) as session:
        theirs = session.scalars(select(RoleGrant.id)).first()
    assert theirs is not None
    with pytest.raises(NotFound), open_session(owner.context()) as session:
        end_role(session, grant_id=theirs, by=owner)


def test_patients_account_gets_its_name_when_its_owner_joins_the_staff(
    app: Flask, cast: Cast
) -> None:
    ana = cast.seagrape.patients["ana"]
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        session.execute(text("select set_config('app.action', 'account.named', true)"))
        session.execute(
            text("update account set name = null where id = :id"), {"id": ana.account_id}
        )
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        account = find_or_create_account(
            session, practice_id=cast.seagrape.id, email=ana.email, name="Ana W."
        )
        assert account.id == ana.account_id
        assert account.name == "Ana W."


@pytest.mark.parametrize("role", ["owner", "physician", "nurse", "auditor"])
def test_a_role_that_reads_records_asks_for_a_fresh_sign_in(
    app: Flask, cast: Cast, role: str
) -> None:
    with clock.freeze(SEEDED_AT):
        maya = signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])
    with clock.freeze(SEEDED_AT + timedelta(minutes=6)):
        team = f"/admin/staff/{cast.seagrape.staff['rosa'].account_id}/roles"
        given = maya.post(team, {"role": role}, printed_on="/admin/staff")
        invited = {"name": "N", "email": "n@seagrape.example", "roles": role}
        asked = maya.post("/admin/staff", invited, printed_on="/admin/staff/new")
    for answer in (given, asked):
        assert (answer.location or "").startswith("/admin/sign-in"), answer.text
