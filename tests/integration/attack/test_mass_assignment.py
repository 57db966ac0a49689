"""Fields that no form has change nothing: the forms say what is read, and nothing else is."""

import pytest
from flask import Flask
from sqlalchemy import text

from shared.access.principal import Role
from shared.db import open_session
from tests.belongings import belongings_of
from tests.integration.attack.people import browser_of
from tests.integration.attack.walking import (
    ENDS_THE_WALK,
    FACES,
    address,
    face_of,
    holders,
    methods,
    rules_of,
    walker,
)
from tests.people import Cast

# What somebody would try: columns of ours, by their names, with values that would be a gain.
FOREIGN = "11111111-1111-7111-8111-111111111111"
EXTRA: dict[str, object] = {
    "id": FOREIGN,
    "practice_id": FOREIGN,
    "patient_id": FOREIGN,
    "account_id": FOREIGN,
    "appointment_id": FOREIGN,
    "payment_id": FOREIGN,
    "status": "booked",
    "state": "booked",
    "price_minor": "1",
    "amount_minor": "1",
    "amount": "1",
    "currency": "xxx",
    "paid_at": "2020-01-01T00:00:00Z",
    "booked_at": "2020-01-01T00:00:00Z",
    "expires_at": "2099-01-01T00:00:00Z",
    "fresh_at": "2099-01-01T00:00:00Z",
    "closed_at": "",
    "granted_by": FOREIGN,
    "actor_id": FOREIGN,
    "is_admin": "1",
    "admin": "true",
    "owner": "on",
    "by": FOREIGN,
    "override_reason": "because",
    "relationship": "self",
    "scopes": "everything",
    "reviewed_by": FOREIGN,
    "visitor": "00" * 32,
    "visitor_key": "00" * 32,
    "__class__": "Owner",
    "roles-0": "owner",
}
# How many rows hold something that only the extra fields could have put there.
PLANTED = """
    select (select count(*) from role_grant where granted_by is not null and role = 'owner')
        + (select count(*) from payment where amount_minor = 1 or status = 'succeeded')
        + (select count(*) from appointment where price_minor = 1 or currency = 'xxx'
            or status = 'booked' or override_reason is not null)
        + (select count(*) from break_glass where reviewed_at is not null
            or expires_at > opened_at + interval '1 hour')
        + (select count(*) from patient_access where scopes <> '{}')
        + (select count(*) from audit.event where actor_id::text like '11111111%'
            or target_id::text like '11111111%' or patient_id::text like '11111111%')
"""


def planted(cast: Cast) -> int:
    """The count, as a job sees it."""
    with open_session(cast.seagrape.context()) as session:
        return session.scalar(text(PLANTED)) or 0


@pytest.mark.parametrize("principal", ["anonymous", "patient", "receptionist", "nurse", "owner"])
def test_fields_nobody_asked_for_change_nothing(app: Flask, cast: Cast, principal: str) -> None:
    ana = cast.seagrape.patients["ana"]
    things = belongings_of(cast.seagrape, ana)
    before = planted(cast)
    problems = []
    for face in FACES:
        at_home = face == ("portal" if principal == "patient" else "admin")
        role = Role(principal) if at_home else Role.ANONYMOUS
        for rule in rules_of(app, face):
            if "POST" not in methods(rule) or rule.endpoint in ENDS_THE_WALK:
                continue
            if role not in holders(app, rule):
                continue
            browser = browser_of(app, cast, principal)
            feet = walker(browser, face, signed_in=at_home and principal != "anonymous")
            feet.fields = dict(EXTRA)
            answer = feet.send("POST", address(app, rule, things))
            if answer.status_code >= 500:
                problems.append(f"{face_of(rule)} {rule.rule}: {answer.status_code}")
            if planted(cast) != before:
                problems.append(f"{rule.rule} took a field nobody asked for")
                before = planted(cast)
    assert problems == []
