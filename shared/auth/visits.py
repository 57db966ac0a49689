"""The pipeline's question: who is behind this cookie? Asked in a short transaction of its own."""

from dataclasses import replace
from uuid import UUID

from shared import clock
from shared.access.break_glass import find_open_glass
from shared.access.policy import holds
from shared.access.principal import Principal
from shared.auth.asking import find_principal
from shared.auth.gate import GATE_ROLE
from shared.auth.sessions import touch
from shared.db import Context, open_session


def find_viewer_session(
    *, practice_id: UUID, face: str, token: str, polling: bool
) -> Principal | None:
    """The person behind a session cookie; None for a dead, foreign or made-up one.

    `polling` requests are those a page makes by itself: they are served, but they do not keep the
    session alive.
    """
    at = clock.now()
    with open_session(Context(practice_id, GATE_ROLE, "session")) as session:
        found = find_principal(session, practice_id=practice_id, face=face, token=token, now=at)
        if found is not None and found.session_id is not None and not polling:
            touch(session, practice_id=practice_id, session_id=found.session_id, now=at)
        if found is not None and found.account_id and holds(found, "patient.break_glass"):
            glass = find_open_glass(
                session, practice_id=practice_id, account_id=found.account_id, at=at
            )
            found = replace(found, glass=glass)
    return found
