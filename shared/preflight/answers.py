"""An owner's signature under a point: what only people know, or why it may be red for a while."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.access.errors import NotFound
from shared.access.principal import Principal
from shared.events import act
from shared.models.readiness import ReadinessAnswer
from shared.preflight.lines import CONFIRMED_FOR, EXPLAINED_FOR, WORD, Line, line_of

SHORTEST_REASON, LONGEST_REASON = 10, 1000


class AnswerRefused(ValueError):
    """`problem`: reason, too_late, too_early, or not_here for a point nobody may sign for."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def longest(line: Line) -> timedelta:
    """For how long a signature under this point is good at most."""
    return CONFIRMED_FOR if line.found == WORD else EXPLAINED_FOR


def find_answers(session: Session, *, practice_id: UUID, today: date) -> dict[str, ReadinessAnswer]:
    """The signatures that count today, by the name of their point."""
    rows = session.scalars(
        select(ReadinessAnswer).where(
            ReadinessAnswer.practice_id == practice_id,
            ReadinessAnswer.ended_at.is_(None),
            ReadinessAnswer.expires_on > today,
        )
    )
    return {row.line: row for row in rows}


def sign(
    session: Session, *, name: str, reason: str, expires_on: date, by: Principal
) -> ReadinessAnswer:
    """An owner answers for a point until a day; an earlier signature ends. Raises AnswerRefused.

    Whoever calls it has seen a fresh proof of who signs.
    """
    line = line_of(name)
    if line is None or by.account_id is None:
        raise NotFound
    if not line.may_explain:
        raise AnswerRefused("not_here")
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise AnswerRefused("reason")
    now = clock.now()
    if expires_on <= now.date():
        raise AnswerRefused("too_early")
    if expires_on > now.date() + longest(line):
        raise AnswerRefused("too_late")
    _end(session, name, by)
    row = ReadinessAnswer(
        practice_id=by.practice_id,
        line=name,
        kind="confirmed" if line.found == WORD else "explained",
        reason=reason.strip(),
        signed_by=by.account_id,
        signed_at=now,
        expires_on=expires_on,
        ended_at=None,
    )
    session.add(row)
    act(session, "readiness.answered", target=row, until=expires_on.isoformat())
    return row


def take_back(session: Session, *, name: str, by: Principal) -> bool:
    """End the signature under a point; False when there is none."""
    return _end(session, name, by)


def _end(session: Session, name: str, by: Principal) -> bool:
    row = session.scalar(
        select(ReadinessAnswer)
        .where(
            ReadinessAnswer.practice_id == by.practice_id,
            ReadinessAnswer.line == name,
            ReadinessAnswer.ended_at.is_(None),
        )
        .with_for_update()
    )
    if row is None:
        return False
    row.ended_at = clock.now()
    act(session, "readiness.taken_back", target=row)
    return True
