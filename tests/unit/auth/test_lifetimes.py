"""When a session is alive and a factor fresh, to the second."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.auth.lifetimes import (
    FACTOR_FRESH,
    SESSION_ABSOLUTE,
    SESSION_IDLE,
    factor_is_fresh,
    session_is_alive,
)

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("face", ["portal", "admin"])
def test_session_dies_when_idle_for_its_face_limit(face: str) -> None:
    def alive(idle: timedelta) -> bool:
        return session_is_alive(
            face,
            at=NOON,
            last_seen_at=NOON - idle,
            expires_at=NOON + SESSION_ABSOLUTE,
            ended_at=None,
        )

    assert alive(SESSION_IDLE[face] - SECOND)
    assert not alive(SESSION_IDLE[face])


def test_session_dies_at_its_absolute_limit_however_busy() -> None:
    def alive(expires_at: datetime) -> bool:
        return session_is_alive(
            "portal", at=NOON, last_seen_at=NOON, expires_at=expires_at, ended_at=None
        )

    assert alive(NOON + SECOND)
    assert not alive(NOON)


def test_session_is_dead_when_it_was_ended() -> None:
    assert not session_is_alive(
        "portal", at=NOON, last_seen_at=NOON, expires_at=NOON + SECOND, ended_at=NOON
    )


@pytest.mark.parametrize(
    ("age", "fresh"),
    [
        (timedelta(0), True),
        (FACTOR_FRESH - SECOND, True),
        (FACTOR_FRESH, False),
        (-SECOND, False),
    ],
)
def test_factor_is_fresh_for_five_minutes(age: timedelta, fresh: bool) -> None:
    assert factor_is_fresh(NOON - age, at=NOON) is fresh
