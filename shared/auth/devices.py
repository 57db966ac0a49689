"""A browser: its key, and words in which a person recognises it as their own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Browser:
    """The browser that is being signed in, and the session token it came with, if any.

    `next_token` is the one it is to get, where the form decides that; a new one otherwise.
    """

    key: bytes
    device: str
    session_token: str | None
    next_token: str | None = None


# The order matters: most browsers claim to be several others.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def describe_device(user_agent: str) -> str:
    """Name browser and system from a fixed list; nothing of the header itself is kept."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "an unknown system")
    return f"{browser} on {system}"
