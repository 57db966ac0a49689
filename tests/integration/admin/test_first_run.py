"""The list before the first patient: red until it is proven, red again when a proof is old."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask

from admin.first_run.presenters import QUARTERLY, Facts, present
from shared import clock
from shared.access.log_proof import LogProof
from shared.access.principal import Role
from shared.access.readiness import Standing
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
    assert colours(page) == (4, 9)
    assert "9 points are red." in page
    assert "Ask the operator for a replay drill" in page


def test_points_turn_green_with_their_date(maya: Browser, cast: Cast) -> None:
    for kind in KINDS:
        keep(cast, kind)
    owner = cast.seagrape.staff["maya"].acting(Role.OWNER)
    with open_session(owner.context()) as session:
        rosa = session.get_one(Account, (cast.seagrape.id, cast.seagrape.staff["rosa"].account_id))
        grant_role(session, account=rosa, role="owner", by=owner)
    page = maya.get("/admin/first-run").get_data(as_text=True)
    assert colours(page) == (9, 4)
    assert "4 points are red." in page


def test_a_drill_that_failed_or_is_too_old_is_red(maya: Browser, cast: Cast) -> None:
    keep(cast, "replay", ago=QUARTERLY + timedelta(days=1))
    keep(cast, "restore", outcome="failed")
    page = maya.get("/admin/first-run").get_data(as_text=True)
    assert colours(page) == (4, 9)
    assert "did not pass on" in page


def facts(sealed_at: datetime, now: datetime, **known: object) -> Facts:
    """A practice that has everything but what `known` says."""
    standing = Standing(2, 1, 1, 2, now)
    values = {
        "standing": standing,
        "proof": LogProof(sealed_at, 7, 9, {}),
        "staff": [],
        "sender_problem": None,
        "payment_problem": None,
        "heard_at": now,
        "silent": False,
        "now": now,
        "zone": "America/New_York",
    }
    return Facts(**{**values, **known})  # type: ignore[arg-type]  # test data


def green(app: Flask, known: Facts) -> set[str]:
    """The titles of the green points."""
    with app.test_request_context():
        return {point.title for _title, points in present(known) for point in points if point.done}


def test_a_fresh_seal_is_green_and_an_old_one_red(app: Flask) -> None:
    now = clock.now()
    title = "The event log is sealed every minute"
    assert title in green(app, facts(now, now))
    assert title not in green(app, facts(now - timedelta(days=1), now))


@pytest.mark.parametrize(
    ("title", "known"),
    [
        ("Mail comes from your own address", {"sender_problem": "no_row"}),
        ("Payments go to the account you chose", {"payment_problem": "no_row"}),
        ("The background worker is at work", {"silent": True}),
        ("The background worker is at work", {"heard_at": None}),
        ("You have two passkeys", {"standing": Standing(1, 1, 1, 2, None)}),
        ("Everybody who sees patients has hours", {"standing": Standing(2, 1, 2, 2, None)}),
        ("Everybody who sees patients has hours", {"standing": Standing(2, 0, 0, 2, None)}),
        ("There is something to book", {"standing": Standing(2, 1, 1, 0, None)}),
        ("A test mail arrived", {"standing": Standing(2, 1, 1, 2, None)}),
    ],
)
def test_a_point_is_green_only_while_it_is_true(
    app: Flask, title: str, known: dict[str, object]
) -> None:
    now = clock.now()
    assert title in green(app, facts(now, now))
    assert title not in green(app, facts(now, now, **known))


def test_every_red_point_says_where_it_is_done(maya: Browser) -> None:
    page = maya.get("/admin/first-run").get_data(as_text=True)
    for href in re.findall(r'first-run__why">.*?<a href="([^"]+)"', page):
        assert maya.get(href).status_code == 200


def test_only_owners_see_the_list(app: Flask, cast: Cast) -> None:
    rosa = signed_in(app, cast.seagrape, cast.seagrape.staff["rosa"])
    assert rosa.get("/admin/first-run").status_code == 403
