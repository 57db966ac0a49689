"""Limits stop who fails, where they are: nobody can use them to keep somebody else out."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, text

from shared import clock
from shared.auth import limits
from shared.auth.recovery_codes import issue_recovery_codes
from shared.db import open_session
from shared.jobs.registry import Job, load_tasks
from shared.models.account import Account
from shared.models.attention_item import AttentionItem
from shared.models.rate_limit import RateLimit
from tests.people import SEEDED_AT, Cast, StaffOf
from tests.visiting import Visitor, mails

WRONG = "AAAA-AAAA-AAAA-AAAA"


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[None]:
    """One window of every limit."""
    with clock.freeze(SEEDED_AT):
        yield


def code_of(rosa: StaffOf, cast: Cast) -> str:
    """A good recovery code."""
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        account = session.get_one(Account, (rosa.practice_id, rosa.account_id))
        return issue_recovery_codes(session, account)[0]


def recover(app: Flask, email: str, code: str, network: str) -> int:
    """Type an address and a code somewhere; what the door says."""
    visitor = Visitor(app, REMOTE_ADDR=network)
    visitor.get("/admin/sign-in")
    return visitor.submit("/admin/sign-in/recovery", email=email, code=code).status_code


def fill(cast: Cast, limit: limits.Limit, source: str, hits: int) -> None:
    """As if so many knocks had come from there."""
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        for _ in range(2):
            limits.reaches(session, limit, source)
        row = session.scalars(select(RateLimit).where(RateLimit.bucket == limit.bucket)).one()
        row.hits = hits


def press(app: Flask, visitor: Visitor, token: str) -> int:
    """Press the button of a link's page."""
    visitor.get(f"/portal/sign-in/link/{token}")
    return visitor.submit("/portal/sign-in/link").status_code


def test_a_strangers_wrong_codes_do_not_lock_a_colleague_out(app: Flask, cast: Cast) -> None:
    rosa = cast.seagrape.staff["rosa"]
    good = code_of(rosa, cast)
    statuses = [
        recover(app, rosa.email, WRONG, "203.0.113.9")
        for _ in range(limits.RECOVERY_FROM_PLACE.most + 1)
    ]
    assert statuses == [422] * limits.RECOVERY_FROM_PLACE.most + [429]
    assert recover(app, rosa.email, good, "203.0.113.9") == 429
    assert recover(app, rosa.email, good, "198.51.100.7") == 303


def test_good_codes_are_not_counted(app: Flask, cast: Cast) -> None:
    rosa = cast.seagrape.staff["rosa"]
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        account = session.get_one(Account, (rosa.practice_id, rosa.account_id))
        codes = issue_recovery_codes(session, account)
    for code in codes[: limits.RECOVERY_FROM_PLACE.most + 2]:
        assert recover(app, rosa.email, code, "198.51.100.7") == 303


def test_many_guesses_from_everywhere_are_told_to_the_owner(app: Flask, cast: Cast) -> None:
    rosa = cast.seagrape.staff["rosa"]
    good = code_of(rosa, cast)
    for number in range(limits.GUESSES_AT_ADDRESS.most + 1):
        assert recover(app, rosa.email, WRONG, f"203.0.113.{number}") == 422
    assert recover(app, rosa.email, good, "198.51.100.7") == 303
    job = Job("tell_of_guesses", cast.seagrape.id, app.config["SETTINGS"])
    load_tasks()["tell_of_guesses"].call(job, {"account_id": str(rosa.account_id)})
    with open_session(cast.seagrape.context()) as session:
        wanted = select(AttentionItem).execution_options(door=True)
        items = session.scalars(wanted).all()
        assert [(one.kind, one.subject_id) for one in items] == [("codes_guessed", rosa.account_id)]


def test_junk_from_a_network_does_not_keep_a_good_link_out(app: Flask, cast: Cast) -> None:
    fill(cast, limits.REDEMPTIONS_FROM_NETWORK, "203.0.113.9", 500)
    visitor = Visitor(app, REMOTE_ADDR="203.0.113.9")
    junk = Visitor(app, REMOTE_ADDR="203.0.113.9")
    assert press(app, junk, "A" * 43) == 429
    assert junk.last is not None
    assert "Too many tries from this network" in junk.last.text
    assert "Retry-After" in junk.last.headers
    visitor.get("/portal/sign-in")
    visitor.submit("/portal/sign-in", email=cast.seagrape.patients["ana"].email)
    token = mails(cast.seagrape.id)[-1][1]["link"].rpartition("/")[2]
    assert press(app, visitor, token) == 303


def test_only_failures_stay_counted(app: Flask, cast: Cast) -> None:
    for _ in range(3):
        visitor = Visitor(app, REMOTE_ADDR="203.0.113.9")
        visitor.get("/portal/sign-in")
        visitor.submit("/portal/sign-in", email=cast.seagrape.patients["ana"].email)
        token = mails(cast.seagrape.id)[-1][1]["link"].rpartition("/")[2]
        # Another browser is asked for the digits: the link itself was good.
        assert press(app, Visitor(app, REMOTE_ADDR="203.0.113.9"), token) == 200
        assert press(app, visitor, token) == 303
    assert press(app, Visitor(app, REMOTE_ADDR="203.0.113.9"), "A" * 43) == 410
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        bucket = limits.REDEMPTIONS_FROM_NETWORK.bucket
        hits = session.scalars(select(RateLimit.hits).where(RateLimit.bucket == bucket)).all()
    assert hits == [1]


def test_an_absurd_number_of_knocks_is_not_even_looked_at(app: Flask, cast: Cast) -> None:
    limit = limits.REDEMPTIONS_FROM_NETWORK
    fill(cast, limit, "203.0.113.9", limit.absurd)
    assert press(app, Visitor(app, REMOTE_ADDR="203.0.113.9"), "A" * 43) == 429


def refusals(cast: Cast) -> int:
    """How many refused tries the event log holds."""
    counted = text("select count(*) from audit.event where action = 'sign_in.refused'")
    with open_session(cast.seagrape.context("bedside_auditor")) as session:
        return session.scalar(counted) or 0


def answer_a_passkey_dialog(app: Flask, face: str) -> int:
    """With nonsense, from a browser nobody has seen before."""
    visitor = Visitor(app, REMOTE_ADDR="203.0.113.9")
    visitor.get(f"/{face}/sign-in")
    _, fields = visitor.form("/sign-in/passkey")
    asked = visitor.post(f"/{face}/sign-in/passkey/options", fields)
    assert asked.status_code == 200
    nonsense = fields | {"credential": "{}"}
    return visitor.post(f"/{face}/sign-in/passkey", nonsense).status_code


@pytest.mark.parametrize("face", ["portal", "admin"])
def test_who_fails_without_end_is_counted_and_not_written_down(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, face: str
) -> None:
    few = replace(limits.PASSKEYS_FROM_NETWORK, most=2)
    monkeypatch.setattr(limits, "PASSKEYS_FROM_NETWORK", few)
    statuses = [answer_a_passkey_dialog(app, face) for _ in range(5)]
    assert statuses == [422, 422, 429, 429, 429]
    assert refusals(cast) == 2


@pytest.mark.parametrize("where", ["link", "invitation"])
def test_links_without_end_fill_no_log(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    few = replace(limits.REDEMPTIONS_FROM_NETWORK, most=2)
    monkeypatch.setattr(limits, "REDEMPTIONS_FROM_NETWORK", few)
    for _ in range(5):
        visitor = Visitor(app, REMOTE_ADDR="203.0.113.9")
        if where == "link":
            press(app, visitor, "A" * 43)
        else:
            visitor.get(f"/admin/invitations/{'A' * 43}")
            visitor.submit("/admin/invitations", code="12345678")
    assert refusals(cast) == 2
    # Somebody elsewhere who fails is written down as ever.
    press(app, Visitor(app, REMOTE_ADDR="198.51.100.7"), "A" * 43)
    assert refusals(cast) == 3
