"""One's own sessions: where one is signed in, and ending what one does not recognise."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.access.errors import NotFound
from shared.access.principal import Principal
from shared.auth.lifetimes import session_is_alive
from shared.events import act
from shared.models.web_session import WebSession


def list_own_sessions(session: Session, *, viewer: Principal) -> Sequence[WebSession]:
    """The viewer's live sessions on every face, the one in use first."""
    at = clock.now()
    rows = session.scalars(
        select(WebSession)
        .where(
            WebSession.practice_id == viewer.practice_id,
            WebSession.account_id == viewer.account_id,
            WebSession.ended_at.is_(None),
            WebSession.expires_at > at,
        )
        .order_by(WebSession.last_seen_at.desc())
    ).all()
    alive = [
        row
        for row in rows
        if session_is_alive(
            row.face,
            at=at,
            last_seen_at=row.last_seen_at,
            expires_at=row.expires_at,
            ended_at=row.ended_at,
        )
    ]
    return sorted(alive, key=lambda row: row.id != viewer.session_id)


def end_own_session(session: Session, *, viewer: Principal, session_id: UUID) -> None:
    """End one of the viewer's sessions. Raises NotFound for anybody else's."""
    row = session.scalar(
        select(WebSession)
        .where(
            WebSession.practice_id == viewer.practice_id,
            WebSession.account_id == viewer.account_id,
            WebSession.id == session_id,
            WebSession.ended_at.is_(None),
        )
        .with_for_update()
    )
    if row is None:
        raise NotFound
    row.ended_at = clock.now()
    row.end_reason = "revoked"
    act(session, "session.ended", target=row, face=row.face, reason="revoked")


def end_other_sessions(session: Session, *, viewer: Principal) -> int:
    """End all of the viewer's sessions but the one in use; returns how many there were."""
    others = [
        row for row in list_own_sessions(session, viewer=viewer) if row.id != viewer.session_id
    ]
    for row in others:
        end_own_session(session, viewer=viewer, session_id=row.id)
    return len(others)
