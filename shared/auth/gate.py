"""A short transaction of its own, as the only role that reads the hashes of secrets.

What a refusal must leave behind (a spent try, a counted knock, an event) is written here and
committed at once: the request's own transaction is rolled back with the refusal.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy.orm import Session

from shared.db import Context, open_session
from shared.ids import new_id

GATE_ROLE = "bedside_gate"


def gate_context(session: Session) -> Context:
    """The asking transaction's context, as sign-in's database role, for an act of its own."""
    context: Context = session.info["context"]
    return replace(context, db_role=GATE_ROLE, act_id=new_id())


@contextmanager
def through_gate(session: Session) -> Iterator[Session]:
    """A second session that commits by itself, whatever becomes of the first."""
    with open_session(gate_context(session)) as own:
        yield own
