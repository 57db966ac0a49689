"""Asking for a verification: an act of its own, done by the worker after it commits."""

from sqlalchemy.orm import Session

from shared.access.principal import Principal
from shared.events import act
from shared.queue import defer


def ask_for_verification(session: Session, *, by: Principal) -> None:
    """Have the whole log verified now; asking twice before it has begun is asking once."""
    act(session, "log.verification_asked", target=("practice", by.practice_id))
    defer(session, "verify_log", queueing_lock=f"verify_log:{by.practice_id}")
