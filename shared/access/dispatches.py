"""Doors to messages: a patient sees what was sent to them, staff and jobs what the practice sent.

Each door takes the viewer, answers "absent" and "not yours" alike, and notes the look.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, false, select, tuple_
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.principal import Principal, Role
from shared.events import look
from shared.models.dispatch import Dispatch

Wanted = Select[Dispatch]


def access_dispatch(
    session: Session, *, viewer: Principal, dispatch_id: UUID, lock: bool = False
) -> Dispatch:
    """One message; `lock` keeps it from changing under us. Raises NotFound."""
    found = _one(session, viewer, select(Dispatch).where(Dispatch.id == dispatch_id), lock=lock)
    if found is None:
        raise NotFound
    return found


def find_dispatch_by_key(
    session: Session, *, viewer: Principal, dedupe_key: str
) -> Dispatch | None:
    """The message that already has this key, if the viewer may see it."""
    return _one(session, viewer, select(Dispatch).where(Dispatch.dedupe_key == dedupe_key))


def find_dispatch_by_message_id(
    session: Session, *, viewer: Principal, message_id: str
) -> Dispatch | None:
    """The message the vendor calls `message_id`, locked."""
    wanted = select(Dispatch).where(Dispatch.provider_message_id == message_id)
    return _one(session, viewer, wanted, lock=True)


def list_sent_to_viewer(
    session: Session, *, viewer: Principal, before: UUID | None = None, limit: int = 30
) -> list[Dispatch]:
    """What was sent to the viewer, newest first; `before` is the last one of the page before."""
    if viewer.patient_id is None:
        return []
    return list_patient_dispatches(
        session, viewer=viewer, patient_id=viewer.patient_id, before=before, limit=limit
    )


def list_patient_dispatches(
    session: Session,
    *,
    viewer: Principal,
    patient_id: UUID,
    before: UUID | None = None,
    limit: int = 30,
) -> list[Dispatch]:
    """A patient's messages, newest first; `before` is the last one of the page before."""
    wanted = (
        select(Dispatch)
        .where(Dispatch.patient_id == patient_id)
        .order_by(Dispatch.created_at.desc(), Dispatch.id.desc())
        .limit(limit)
    )
    if before is not None:
        last = access_dispatch(session, viewer=viewer, dispatch_id=before)
        wanted = wanted.where(tuple_(Dispatch.created_at, Dispatch.id) < (last.created_at, last.id))
    rows = list(session.scalars(_seen_by(viewer, wanted).execution_options(door=True)))
    look(session, "dispatches.listed", target=("patient", patient_id), patient_id=patient_id)
    return rows


def list_unsettled_dispatch_ids(
    session: Session, *, viewer: Principal, statuses: tuple[str, ...], before: datetime, limit: int
) -> list[UUID]:
    """Ids, oldest first, of messages in `statuses` that were last touched before a moment.

    Ids only, so no look is noted: nothing about a person is read.
    """
    touched = Dispatch.created_at if "queued" in statuses else Dispatch.claimed_at
    wanted = (
        select(Dispatch.id)
        .where(Dispatch.practice_id == viewer.practice_id)
        .where(Dispatch.status.in_(statuses))
        .where(touched < before)
        .order_by(Dispatch.created_at)
        .limit(limit)
    )
    return list(session.scalars(wanted.execution_options(door=True)))


def list_recent_of_template(
    session: Session, *, viewer: Principal, template: str, limit: int
) -> list[Dispatch]:
    """The last messages of one kind that went to no patient. For staff."""
    wanted = (
        select(Dispatch)
        .where(Dispatch.template == template, Dispatch.patient_id.is_(None))
        .order_by(Dispatch.created_at.desc(), Dispatch.id.desc())
        .limit(limit)
    )
    if not viewer.is_staff:
        return []
    return list(session.scalars(_seen_by(viewer, wanted).execution_options(door=True)))


def list_unheard_dispatch_ids(
    session: Session, *, viewer: Principal, before: datetime, limit: int = 200
) -> list[UUID]:
    """Ids, oldest first, of mails the first provider took, or may have, and told nothing about.

    Those of the last three days; the vendor tries to deliver for hours, not for weeks. The second
    provider tells nothing at all. Ids only, so no look is noted.
    """
    wanted = (
        select(Dispatch.id)
        .where(Dispatch.practice_id == viewer.practice_id)
        .where(Dispatch.status.in_(("sent", "unknown")))
        .where(Dispatch.channel == "email")
        .where(Dispatch.provider.is_distinct_from("resend"))
        .where(Dispatch.settled_at.is_(None))
        .where(Dispatch.claimed_at < before, Dispatch.claimed_at > before - timedelta(days=3))
        .order_by(Dispatch.claimed_at)
        .limit(limit)
    )
    return list(session.scalars(wanted.execution_options(door=True)))


def _one(
    session: Session, viewer: Principal, wanted: Wanted, *, lock: bool = False
) -> Dispatch | None:
    statement = _seen_by(viewer, wanted)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = session.scalars(statement.execution_options(door=True)).one_or_none()
    if row is not None:
        look(session, "dispatch.viewed", target=row, patient_id=row.patient_id)
    return row


def _seen_by(viewer: Principal, wanted: Wanted) -> Wanted:
    wanted = wanted.where(Dispatch.practice_id == viewer.practice_id)
    if viewer.acting_as is Role.JOB or viewer.is_staff:
        return wanted
    if not viewer.may("messages"):
        return wanted.where(false())
    return wanted.where(Dispatch.patient_id == viewer.patient_id)
