"""Who reads the log: an owner, and an auditor who is nothing else."""

from dataclasses import replace

import pytest
from flask import Flask

from shared.access.principal import Role
from shared.auth.accounts import find_or_create_account
from shared.auth.roles import add_grant
from shared.db import open_session
from tests.browsing import Browser, signed_in
from tests.people import Cast, StaffOf


@pytest.fixture
def auditor(app: Flask, cast: Cast) -> StaffOf:
    """Aud Quill, from outside, with no other role."""
    practice = cast.seagrape
    with open_session(practice.context("bedside_gate")) as session:
        account = find_or_create_account(
            session, practice_id=practice.id, email="aud@auditors.example", name="Aud Quill"
        )
    owner = practice.staff["maya"].acting(Role.OWNER)
    with open_session(owner.context()) as session:
        add_grant(session, account=account, role="auditor", granted_by=owner.account_id)
    return replace(
        practice.staff["maya"],
        account_id=account.id,
        name="Aud Quill",
        email="aud@auditors.example",
        roles=frozenset({Role.AUDITOR}),
    )


@pytest.fixture
def aud(app: Flask, cast: Cast, auditor: StaffOf) -> Browser:
    """The auditor's browser."""
    return signed_in(app, cast.seagrape, auditor)


@pytest.fixture
def maya(app: Flask, cast: Cast) -> Browser:
    """The owner's."""
    return signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])
