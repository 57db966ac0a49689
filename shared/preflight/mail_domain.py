"""Whether a mailbox provider finds what it wants of the sender's domain: SPF, DKIM, DMARC.

RFC 7208 (SPF), RFC 6376 (DKIM), RFC 7489 (DMARC); Gmail and Yahoo ask all three of whoever sends.
"""

from __future__ import annotations

from typing import Any, Protocol

from shared.adapters.email.identity import Identity

VENDOR = "include:amazonses.com"
VENDOR_KEYS = ".dkim.amazonses.com"

Judged = tuple[bool, str, dict[str, Any]]


class Lookups(Protocol):
    """The two questions that are asked of the name system."""

    def texts(self, name: str) -> list[str]: ...
    def alias(self, name: str) -> str | None: ...


def judge_domain(domain: str, identity: Identity | None, names: Lookups) -> Judged:
    """The first thing that is missing, in the order in which one sets it up.

    Raises NamesUnavailable.
    """
    seen = {"domain": domain}
    if identity is None or not identity.tokens:
        return False, "not_at_vendor", seen
    keys = [names.alias(f"{token}._domainkey.{domain}") for token in identity.tokens]
    if not all(key and key.endswith(VENDOR_KEYS) for key in keys):
        return False, "no_dkim", seen
    envelope = identity.mail_from or domain
    if not any(_allows_vendor(text) for text in names.texts(envelope)):
        return False, "no_spf", {**seen, "name": envelope}
    policies = [text for text in names.texts(f"_dmarc.{domain}") if text.startswith("v=DMARC1")]
    if not policies:
        return False, "no_dmarc", {**seen, "name": f"_dmarc.{domain}"}
    if not identity.verified:
        return False, "not_verified", seen
    return True, "domain_ok", seen


def _allows_vendor(text: str) -> bool:
    parts = text.lower().split()
    return bool(parts) and parts[0] == "v=spf1" and VENDOR in (part.lstrip("+") for part in parts)
