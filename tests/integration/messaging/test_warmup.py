"""A new sender's first weeks: the day's cap is kept, and nobody in front of a screen waits."""

from datetime import timedelta
from itertools import pairwise

import pytest
from flask import Flask

from shared import clock
from shared.access.principal import Role
from shared.db import open_session
from shared.events import act
from shared.messaging import warmup
from shared.messaging.warmup import cap_of, plan, put_off_until, start_warmup
from shared.models.dispatch import Dispatch
from tests.browsing import signed_in
from tests.people import SEEDED_AT, Cast


def letter(cast: Cast, template: str) -> Dispatch:
    """A mail that waits to be sent."""
    return Dispatch(practice_id=cast.seagrape.id, template=template)


def begin(cast: Cast) -> None:
    owner = cast.seagrape.staff["maya"].acting(Role.OWNER)
    with open_session(owner.context()) as session:
        start_warmup(session, today=clock.today(cast.seagrape.view.time_zone), by=owner)


def test_the_plan_grows_every_day_and_ends() -> None:
    caps = [cap for _, cap in plan()]
    assert caps[0] == 50
    assert all(later > earlier for earlier, later in pairwise(caps))
    assert caps[-1] > 100_000
    assert cap_of(len(caps) + 1) is None


def test_what_can_wait_waits_for_the_morning_once_the_day_is_full(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warmup, "FIRST_DAY", 2)
    with clock.freeze(SEEDED_AT):
        begin(cast)
        with open_session(cast.seagrape.context()) as session:
            mail = letter(cast, "booking_confirmed")
            assert [put_off_until(session, mail) for _ in range(2)] == [None, None]
            until = put_off_until(session, mail)
            assert until is not None
            assert timedelta(hours=12) < until - clock.now() < timedelta(days=1)
            assert put_off_until(session, letter(cast, "sign_in")) is None
    # The next day allows three, two of yesterday's growth.
    with (
        clock.freeze(SEEDED_AT + timedelta(days=1)),
        open_session(cast.seagrape.context()) as session,
    ):
        mail = letter(cast, "booking_confirmed")
        assert [put_off_until(session, mail) is None for _ in range(4)] == [True] * 3 + [False]


def test_without_a_plan_nothing_is_counted(cast: Cast) -> None:
    with open_session(cast.seagrape.context()) as session:
        assert put_off_until(session, letter(cast, "booking_confirmed")) is None


def test_an_owner_starts_and_ends_the_plan(app: Flask, cast: Cast) -> None:
    page = "/admin/settings/warm-up"
    maya = signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])
    assert "Begin today" in maya.get(page).get_data(as_text=True)
    assert maya.post(page, printed_on=page).status_code == 303
    assert "Day 1: 50 mails" in maya.get(page).get_data(as_text=True)
    assert maya.post(f"{page}/end", printed_on=page).status_code == 303
    assert "Day 1" not in maya.get(page).get_data(as_text=True).split("<table")[0]


def test_a_held_mail_says_why(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from shared.messaging.waiting import wait_for_tomorrow

    monkeypatch.setattr(warmup, "FIRST_DAY", 0)
    with clock.freeze(SEEDED_AT):
        begin(cast)
        with open_session(cast.seagrape.context()) as session:
            mail = Dispatch(
                practice_id=cast.seagrape.id,
                channel="email",
                template="booking_confirmed",
                status="queued",
                to="nora@patients.example",
                context="{}",
                attempts=0,
                created_at=clock.now(),
            )
            session.add(mail)
            act(session, "dispatch.queued", target=mail, mail="a confirmation")
            assert wait_for_tomorrow(session, mail)
            assert (mail.status, mail.reason) == ("queued", warmup.WARMING_UP)
