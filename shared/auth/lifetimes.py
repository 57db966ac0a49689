"""How long anything in sign-in lives: one page to read, one place to change."""

from datetime import datetime, timedelta

SIGN_IN_ATTEMPT = timedelta(minutes=10)
STAFF_INVITATION = timedelta(days=7)
WEBAUTHN_CHALLENGE = timedelta(minutes=5)

# 45 CFR 164.312(a)(2)(iii) asks for automatic logoff and names no number of minutes.
SESSION_IDLE = {"portal": timedelta(minutes=30), "admin": timedelta(minutes=15)}
SESSION_ABSOLUTE = timedelta(hours=12)

# A session is marked as used at most this often, so that reading pages stays reading.
SESSION_TOUCH_EVERY = timedelta(seconds=30)

FACTOR_FRESH = timedelta(minutes=5)

CODE_TRIES = 5


def session_is_alive(
    face: str,
    *,
    at: datetime,
    last_seen_at: datetime,
    expires_at: datetime,
    ended_at: datetime | None,
) -> bool:
    """Whether a session row still opens the door at a moment."""
    return ended_at is None and at < expires_at and at - last_seen_at < SESSION_IDLE[face]


def factor_is_fresh(fresh_at: datetime, *, at: datetime) -> bool:
    """Whether the last proof of identity is recent enough for a sensitive act."""
    return timedelta(0) <= at - fresh_at < FACTOR_FRESH
