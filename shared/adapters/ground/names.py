"""The domain name system, as anybody may ask it: what a mailbox provider will find about us."""

from __future__ import annotations

from typing import Any, Protocol

import dns.exception
import dns.resolver

# A lookup takes milliseconds; whoever does not answer in this time is away.
ANSWER_WITHIN = 4.0


class NamesUnavailable(Exception):
    """No server of names gave a usable answer."""


class NameSettings(Protocol):
    """The part of the settings this adapter reads."""

    @property
    def name_servers(self) -> str: ...


class Names:
    """Lookups through the machine's own servers of names, or those of BEDSIDE_NAME_SERVERS."""

    def __init__(self, settings: NameSettings) -> None:
        servers = [one.strip() for one in settings.name_servers.split(",") if one.strip()]
        try:
            self._resolver = dns.resolver.Resolver(configure=not servers)
        except dns.exception.DNSException as error:
            raise NamesUnavailable(type(error).__name__) from error
        if servers:
            self._resolver.nameservers = [one.partition(":")[0] for one in servers]
            self._resolver.port = int(servers[0].partition(":")[2] or 53)
        self._resolver.lifetime = ANSWER_WITHIN

    def texts(self, name: str) -> list[str]:
        """The TXT records of a name, [] where there are none. Raises NamesUnavailable."""
        return [
            b"".join(part for part in record.strings).decode("utf-8", "replace")
            for record in self._ask(name, "TXT")
        ]

    def alias(self, name: str) -> str | None:
        """Where a CNAME leads, without its dot; None where there is none."""
        for record in self._ask(name, "CNAME"):
            return str(record.target).rstrip(".").lower()
        return None

    def _ask(self, name: str, kind: str) -> list[Any]:
        try:
            return list(self._resolver.resolve(name, kind))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            raise NamesUnavailable(type(error).__name__) from error
