"""How things read on a page: times in the demo practice's zone, money, states in words."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Flask

from shared.sandbox.world import sandbox

ZONE = ZoneInfo("America/New_York")
ZONE_NAME = "Eastern"
STATES = {
    "sent": "Sent",
    "delivered": "Delivered",
    "bounced": "Bounced",
    "complained": "Reported as spam",
    "delayed": "Delayed",
    "queued": "On its way",
    "sending": "On its way",
    "waiting": "Waiting for confirmation",
    "failed": "Given up",
    "open": "Open",
    "complete": "Paid",
    "expired": "Expired",
}
TONES = {
    **dict.fromkeys(("delivered", "complete"), "good"),
    **dict.fromkeys(("bounced", "complained", "failed"), "bad"),
    **dict.fromkeys(("delayed", "queued", "sending", "waiting", "open"), "busy"),
}


def _there(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(ZONE)


def clock_time(moment: datetime) -> str:
    return f"{moment.hour % 12 or 12}:{moment:%M} {'am' if moment.hour < 12 else 'pm'}"


def full_time(seconds: float) -> str:
    """Monday 4 January 2027 at 9:30 am Eastern."""
    at = _there(seconds)
    return f"{at:%A} {at.day} {at:%B %Y} at {clock_time(at)} {ZONE_NAME}"


def short_time(seconds: float) -> str:
    """9:30 am today, 4 Jan otherwise."""
    at, today = _there(seconds), sandbox().clock.now().astimezone(ZONE)
    if at.date() == today.date():
        return clock_time(at)
    year = f" {at.year}" if at.year != today.year else ""
    return f"{at.day} {at:%b}{year}"


def money(minor: int, currency: str = "usd") -> str:
    sign = "$" if currency == "usd" else f"{currency.upper()} "
    return f"{sign}{minor / 100:,.2f}"


def plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def offset_words(seconds: int) -> str:
    """How far the clock stands from real time, in words."""
    if seconds == 0:
        return "real time"
    days, rest = divmod(abs(seconds), 86400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    counts = ((days, "day"), (hours, "hour"), (minutes, "minute"))
    parts = [plural(count, word) for count, word in counts if count]
    text = " ".join(parts) or "under a minute"
    return f"{text} {'ahead of' if seconds > 0 else 'behind'} real time"


def pretty_json(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2)
    except ValueError:
        return text


def add_filters(app: Flask) -> None:
    """Filters and the values every page shows."""
    app.jinja_env.filters |= {
        "full_time": full_time,
        "short_time": short_time,
        "money": money,
        "state_words": lambda state: STATES.get(state, state),
        "tone": lambda state: TONES.get(state, "plain"),
        "pretty_json": pretty_json,
    }

    @app.context_processor
    def everywhere() -> dict[str, object]:
        clock = sandbox().clock
        return {
            "sandbox_now": clock.timestamp(),
            "sandbox_offset": offset_words(clock.offset()),
            "clock_moved": clock.offset() != 0,
        }
