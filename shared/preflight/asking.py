"""Asking for a look outside: a job's work, because vendors take their time."""

from sqlalchemy.orm import Session

from shared.queue import defer


def ask_to_look(session: Session) -> None:
    """Look at every outside point again; one look at a time for a practice."""
    lock = f"look_at_ground_now:{session.info['context'].practice_id}"
    defer(session, "look_at_ground_now", lock=lock, queueing_lock=lock)
