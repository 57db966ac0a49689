"""Doors to what vendors told us. The owner sees what could not be applied; jobs see all."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from shared.access.errors import NotFound
from shared.access.principal import Principal, Role
from shared.events import look
from shared.models.inbox import Inbox

# What the list of dead letters may be sorted by.
LETTER_SORTS = {"when": Inbox.received_at, "from": Inbox.source, "tries": Inbox.attempts}


def access_letter(
    session: Session, *, viewer: Principal, inbox_id: UUID, lock: bool = False
) -> Inbox:
    """One notification; the look is noted, because its body may name a person. Raises NotFound."""
    if viewer.acting_as is not Role.JOB and Role.OWNER not in viewer.roles:
        raise NotFound
    wanted = select(Inbox).where(Inbox.practice_id == viewer.practice_id, Inbox.id == inbox_id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(wanted)
    if row is None:
        raise NotFound
    look(session, "inbox.viewed", target=row, source=row.source)
    return row


def list_dead_letters(
    session: Session,
    *,
    viewer: Principal,
    source: str | None = None,
    sort: str = "when",
    descending: bool = True,
    limit: int = 100,
    offset: int = 0,
) -> list[Inbox]:
    """What could not be applied, newest first; nothing of the bodies is read. Owners only.

    `sort` is a key of `LETTER_SORTS`.
    """
    if Role.OWNER not in viewer.roles:
        raise NotFound
    wanted = select(Inbox).where(Inbox.practice_id == viewer.practice_id, Inbox.status == "dead")
    if source is not None:
        wanted = wanted.where(Inbox.source == source)
    column = LETTER_SORTS[sort]
    order = column.desc() if descending else column.asc()
    return list(
        session.scalars(
            wanted.options(defer(Inbox.body_ct))
            .order_by(order, Inbox.received_at.desc(), Inbox.id)
            .limit(limit)
            .offset(offset)
        )
    )


def list_letter_ids(
    session: Session,
    *,
    viewer: Principal,
    since: datetime,
    until: datetime,
    statuses: Collection[str],
    source: str = "",
    error: str | None = None,
    limit: int = 1000,
) -> list[UUID]:
    """Ids in the order of their arrival, for a job: nothing about a person is read."""
    if viewer.acting_as is not Role.JOB:
        return []
    wanted = (
        select(Inbox.id)
        .where(
            Inbox.practice_id == viewer.practice_id,
            Inbox.received_at >= since,
            Inbox.received_at < until,
            Inbox.status.in_(statuses),
        )
        .order_by(Inbox.received_at, Inbox.id)
        .limit(limit)
    )
    if source:
        wanted = wanted.where(Inbox.source == source)
    if error is not None:
        wanted = wanted.where(Inbox.last_error == error)
    return list(session.scalars(wanted))


def list_known_events(
    session: Session, *, viewer: Principal, source: str, event_ids: Collection[str]
) -> set[str]:
    """Which of a vendor's events have arrived. For the job."""
    if viewer.acting_as is not Role.JOB:
        return set()
    return set(
        session.scalars(
            select(Inbox.vendor_event_id).where(
                Inbox.practice_id == viewer.practice_id,
                Inbox.source == source,
                Inbox.vendor_event_id.in_(event_ids),
            )
        )
    )
