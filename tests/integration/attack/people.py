"""Staff of every role, hired for a test, and browsers of everybody."""

import itertools

from flask import Flask

from shared.access.principal import STAFF_ROLES, Role
from shared.auth.accounts import create_account
from shared.auth.roles import add_grant
from shared.db import open_session
from tests.browsing import Browser, signed_in, stranger
from tests.people import Cast, PracticeOf, StaffOf

_numbers = itertools.count(1)
PRINCIPALS = ("anonymous", "patient", *(role.value for role in STAFF_ROLES))


def hire(practice: PracticeOf, *roles: Role, name: str = "") -> StaffOf:
    """Somebody new who holds exactly these roles, without an invitation."""
    called = name or " ".join(role.value.title() for role in roles)
    email = f"{called.lower().replace(' ', '.')}.{next(_numbers)}@{practice.view.slug}.example"
    with open_session(practice.context()) as session:
        account = create_account(session, practice_id=practice.id, email=email, name=called)
        for role in roles:
            add_grant(session, account=account, role=role, granted_by=None)
        return StaffOf(account.id, practice.id, called, email, frozenset(roles))


def browser_of(app: Flask, cast: Cast, principal: str) -> Browser:
    """A browser of Seagrape: a stranger's, Ana's, or of somebody who holds just the one role."""
    if principal == "anonymous":
        return stranger(app, cast.seagrape)
    if principal == "patient":
        return signed_in(app, cast.seagrape, cast.seagrape.patients["ana"])
    return signed_in(app, cast.seagrape, hire(cast.seagrape, Role(principal)))


def face_of_principal(principal: str) -> str | None:
    """Where a principal is somebody."""
    if principal == "anonymous":
        return None
    return "portal" if principal == "patient" else "admin"
