"""What a step of work in a practice is given: a job, or an operator's command."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access.principal import Principal
from shared.config import Settings


class Work(Protocol):
    """Which practice, as whom, and how to reach the database."""

    @property
    def practice_id(self) -> UUID: ...
    @property
    def principal(self) -> Principal: ...
    def session(self, reason: str | None = None) -> AbstractContextManager[Session]: ...


class VendorWork(Work, Protocol):
    """The same for a step that calls a vendor, with no transaction open meanwhile."""

    @property
    def settings(self) -> Settings: ...
