"""A new sender's first weeks: how many mails it may send on each day, and keeping to it.

Mailbox providers judge a domain they do not know by how its mail begins: a little, answered and
not complained about, then more. Half as much again each day reaches an ordinary practice's mail
in three weeks. What a person waits for in front of a screen counts but is never put off; the rest
waits for the next morning.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.access.principal import Principal
from shared.events import act
from shared.messaging.caps import count_in
from shared.messaging.catalogue import find_template
from shared.models.dispatch import Dispatch
from shared.models.mail_warmup import MailWarmup
from shared.models.practice import Practice

FIRST_DAY = 50
GROWTH_TENTHS = 15
DAYS = 21
WARMING_UP = "warming_up"
MORNING = time(7)


def cap_of(day: int) -> int | None:
    """How many mails may leave on the plan's day (1 is the first); None once it is over."""
    if day > DAYS:
        return None
    cap = FIRST_DAY
    for _ in range(max(day, 1) - 1):
        cap = cap * GROWTH_TENTHS // 10
    return cap


def plan() -> list[tuple[int, int]]:
    """Each day with its cap."""
    return [(day, cap) for day in range(1, DAYS + 1) if (cap := cap_of(day)) is not None]


def find_warmup(session: Session, *, practice_id: UUID) -> MailWarmup | None:
    """The plan that was started and not ended."""
    return session.scalar(
        select(MailWarmup).where(
            MailWarmup.practice_id == practice_id, MailWarmup.ended_at.is_(None)
        )
    )


def day_of(warmup: MailWarmup, today: date) -> int:
    """The day of the plan that today is."""
    return (today - warmup.started_on).days + 1


def start_warmup(session: Session, *, today: date, by: Principal) -> MailWarmup:
    """Begin today; an earlier plan ends."""
    end_warmup(session, by=by)
    row = MailWarmup(practice_id=by.practice_id, started_on=today, ended_at=None)
    session.add(row)
    act(session, "mail_warmup.started", target=row)
    return row


def end_warmup(session: Session, *, by: Principal) -> None:
    """The sender is known by now: no caps of the day any more."""
    row = find_warmup(session, practice_id=by.practice_id)
    if row is not None:
        row.ended_at = clock.now()
        act(session, "mail_warmup.ended", target=row)


def put_off_until(session: Session, dispatch: Dispatch) -> datetime | None:
    """Count the mail against its day; when the day is full and it can wait, until when."""
    warmup = find_warmup(session, practice_id=dispatch.practice_id)
    if warmup is None:
        return None
    name = session.scalar(select(Practice.time_zone).where(Practice.id == dispatch.practice_id))
    zone = ZoneInfo(name or "UTC")
    today = clock.now().astimezone(zone).date()
    cap = cap_of(day_of(warmup, today))
    if cap is None:
        return None
    begin = datetime.combine(today, time(), zone)
    urgent = find_template(dispatch.template).urgent
    scope = f"day:{dispatch.practice_id}"
    if count_in(session, scope, begin, cap) or urgent:
        return None
    return datetime.combine(today + timedelta(days=1), MORNING, zone)
