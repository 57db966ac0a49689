"""The list before the first patient: red until it is proven, red again when a proof is old."""

from datetime import timedelta

import pytest
from flask import Flask

from admin.first_run.presenters import QUARTERLY, present
from shared import clock
from shared.access.log_proof import LogProof
from shared.access.principal import Role
from shared.auth.roles import grant_role
from shared.db import open_session
from shared.models.account import Account
from shared.proof.verifying import keep_verification
from tests.browsing import Browser, signed_in
from tests.people import Cast

KINDS = ("chain", "archive", "replay", "restore")


@pytest.fixture
def maya(app: Flask, cast: Cast) -> Browser:
    """The owner."""
    return signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])


def keep(cast: Cast, kind: str, *, outcome: str = "passed", ago: timedelta = timedelta()) -> None:
    """A finished run."""
    at = clock.now() - ago
    with clock.freeze(at), open_session(cast.seagrape.context()) as session:
        keep_verification(
            session,
            practice_id=cast.seagrape.id,
            kind=kind,
            started_at=at,
            outcome=outcome,
            details={},
        )


def colours(page: str) -> tuple[int, int]:
    """How many points are green and how many red."""
    return page.count(">Green<"), page.count(">Red<")


def test_everything_is_red_at_first(maya: Browser) -> None:
    page = maya.get("/admin/first-run").get_data(as_text=True)
    assert colours(page) == (0, 6)
    assert "6 points are red." in page
    assert "Ask the operator for a replay drill" in page


def test_points_turn_green_with_their_date(maya: Browser, cast: Cast) -> None:
    for kind in KINDS:
        keep(cast, kind)
    owner = cast.seagrape.staff["maya"].acting(Role.OWNER)
    with open_session(owner.context()) as session:
        rosa = session.get_one(Account, (cast.seagrape.id, cast.seagrape.staff["rosa"].account_id))
        grant_role(session, account=rosa, role="owner", by=owner)
    page = maya.get("/admin/first-run").get_data(as_text=True)
    assert colours(page) == (5, 1)
    assert "1 point is red." in page


def test_a_drill_that_failed_or_is_too_old_is_red(maya: Browser, cast: Cast) -> None:
    keep(cast, "replay", ago=QUARTERLY + timedelta(days=1))
    keep(cast, "restore", outcome="failed")
    page = maya.get("/admin/first-run").get_data(as_text=True)
    assert colours(page) == (0, 6)
    assert "did not pass on" in page


def test_a_fresh_seal_is_green_and_an_old_one_red(app: Flask) -> None:
    now = clock.now()
    with app.test_request_context():
        fresh, old = (
            present(LogProof(at, 7, 9, {}), [], now, "America/New_York")[1]
            for at in (now, now - timedelta(days=1))
        )
    assert (fresh.done, old.done) == (True, False)


def test_only_owners_see_the_list(app: Flask, cast: Cast) -> None:
    rosa = signed_in(app, cast.seagrape, cast.seagrape.staff["rosa"])
    assert rosa.get("/admin/first-run").status_code == 403
