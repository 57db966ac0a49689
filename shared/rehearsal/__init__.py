"""Rehearsing a vendor's bad day: pretend that one is down and see what the practice does."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.access.principal import Principal
from shared.adapters.rehearsal import DOWN, NoRehearsal, Rehearsal
from shared.config import Settings
from shared.events import act

__all__ = ["SERVICES", "NoRehearsal", "begin", "end", "list_running"]

SERVICES = tuple(DOWN)


def begin(session: Session, *, service: str, settings: Settings, by: Principal) -> None:
    """Pretend that a vendor is down; ends by itself after ten minutes. Raises NoRehearsal."""
    act(session, "rehearsal.began", target=_about(by), service=service)
    Rehearsal(settings.sandbox_url).begin(service)


def end(session: Session, *, service: str, settings: Settings, by: Principal) -> None:
    """End a rehearsal before its time. Raises NoRehearsal."""
    act(session, "rehearsal.ended", target=_about(by), service=service)
    Rehearsal(settings.sandbox_url).end(service)


def list_running(settings: Settings) -> dict[str, datetime | None]:
    """What is pretended now, and until when by our own clock. Raises NoRehearsal."""
    return {
        trouble.service: trouble.until + clock.offset() if trouble.until else None
        for trouble in Rehearsal(settings.sandbox_url).running()
    }


def _about(by: Principal) -> tuple[str, UUID]:
    return ("practice", by.practice_id)
