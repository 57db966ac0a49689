"""What sign-in leaves behind is swept once nobody can use it, and no sooner."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from shared import clock
from shared.auth.sweeping import sweep_sign_ins
from shared.db import open_session
from shared.models.rate_limit import RateLimit
from shared.models.sign_in_attempt import SignInAttempt
from shared.onboarding import begin_sign_in
from tests.people import SEEDED_AT, Cast


def test_attempts_and_counters_are_swept_a_day_after_they_ended(app: Flask, cast: Cast) -> None:
    place = cast.seagrape
    with clock.freeze(SEEDED_AT), open_session(place.anonymous().context()) as session:
        begin_sign_in(
            session,
            practice=place.view,
            email=place.patients["ana"].email,
            browser=b"b" * 32,
            network="192.0.2.1",
        )

    def left() -> int:
        with open_session(place.context("bedside_gate")) as session:
            return sum(
                session.scalar(select(func.count()).select_from(model)) or 0
                for model in (SignInAttempt, RateLimit)
            )

    def swept(after: timedelta) -> int:
        with open_session(place.context()) as session:
            return sweep_sign_ins(session, practice_id=place.id, at=SEEDED_AT + after)

    assert swept(timedelta(hours=23)) == 0
    assert left() == 3
    assert swept(timedelta(days=1, minutes=11)) == 3
    assert left() == 0
