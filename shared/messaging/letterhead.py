"""The practice as its mail shows it: name, phone, colours, and where its links lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Letterhead:
    """`origins` holds the canonical origin of each face ("portal": "https://portal.example")."""

    name: str
    phone: str = ""
    brand: Mapping[str, object] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)

    def link(self, target: str, face: str) -> str:
        """An absolute address on the practice's own canonical host.

        Takes a path ("/portal/...") or an address that is already on one of its hosts. Raises
        ForeignLink for any other: a mail of ours never leads elsewhere.
        """
        parts = urlsplit(target)
        if not parts.scheme and not parts.netloc and target.startswith("/"):
            return f"{self.origins[face]}{target}"
        if f"{parts.scheme}://{parts.netloc}" in self.origins.values():
            return target
        raise ForeignLink("a mail may only lead to the practice's own hosts")


class ForeignLink(ValueError):
    """The link leads to a host that is not the practice's."""
