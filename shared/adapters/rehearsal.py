"""The sandbox's switches: a vendor is pretended to be down, until it is switched back or for ten
minutes. Exists only where the sandbox plays the vendors; there is no way to it in production.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

TIMEOUT = httpx.Timeout(3.0, connect=1.0)
SECONDS = 600
# How each vendor is when it is down: (mode, value) of the sandbox's faults.
DOWN: Mapping[str, tuple[str, str]] = {
    "ses": ("status", "503"),
    "resend": ("status", "500"),
    "stripe": ("status", "500"),
    "kms": ("status", "503"),
    "s3": ("status", "503"),
}


class NoRehearsal(Exception):
    """The sandbox is off or does not answer."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A vendor that is pretended to be down, and until when (None: until switched back)."""

    service: str
    until: datetime | None


class Rehearsal:
    """The switches of one sandbox."""

    def __init__(self, sandbox_url: str) -> None:
        self._url = sandbox_url

    def begin(self, service: str) -> None:
        """Pretend that a vendor is down, for ten minutes at most. Raises NoRehearsal."""
        mode, value = DOWN[service]
        self._ask("POST", {"service": service, "mode": mode, "value": value, "seconds": SECONDS})

    def end(self, service: str) -> None:
        """The vendor is up again. Raises NoRehearsal."""
        self._ask("POST", {"service": service, "mode": "off"})

    def running(self) -> list[Trouble]:
        """What is pretended now. Raises NoRehearsal."""
        return [
            Trouble(str(found["service"]), _moment(found.get("until")))
            for found in self._ask("GET")
            if found.get("service") in DOWN
        ]

    def _ask(
        self, method: str, body: Mapping[str, object] | None = None
    ) -> list[dict[str, object]]:
        if not self._url:
            raise NoRehearsal("the sandbox is off")
        try:
            # Never through a proxy: the sandbox is on loopback.
            with httpx.Client(timeout=TIMEOUT, trust_env=False) as client:
                answer = client.request(method, f"{self._url}/_sandbox/faults", json=body)
            answer.raise_for_status()
            read = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise NoRehearsal("the sandbox does not answer") from error
        return read if isinstance(read, list) else []


def _moment(seconds: object) -> datetime | None:
    """The sandbox counts a rehearsal's end in real time."""
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int | float) else None
