"""What every step of the proof is given, and the two vendors it speaks to."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from shared.adapters.keys.signing import KmsSigning
from shared.adapters.storage.archive import LockedArchive
from shared.config import Settings


class LogBroken(Exception):
    """The log is not what it was. The text names no content; `findings` say where."""

    def __init__(self, reason: str, findings: list[Finding] | None = None) -> None:
        super().__init__(reason)
        self.findings = findings or []


class Work(Protocol):
    """What a job brings along; the practice may be the platform's, all zeros."""

    @property
    def practice_id(self) -> UUID: ...
    @property
    def settings(self) -> Settings: ...
    def session(self, reason: str | None = None) -> AbstractContextManager[Session]: ...


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was: where, and what to tell a person."""

    kind: str
    seq: int | None
    event_id: str | None
    sentence: str

    def as_details(self) -> dict[str, Any]:
        """For the details of a verification."""
        return {
            "kind": self.kind,
            "seq": self.seq,
            "event_id": self.event_id,
            "sentence": self.sentence,
        }


@cache
def signing(settings: Settings) -> KmsSigning:
    """The signing key's client of this process."""
    return KmsSigning(settings)


@cache
def archive(settings: Settings) -> LockedArchive:
    """The archive's client of this process."""
    return LockedArchive(settings)
