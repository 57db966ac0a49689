"""Raising an item, and ending it: by a person with an outcome, or by itself."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared import clock
from shared.access.attention import access_item
from shared.access.principal import Principal
from shared.attention.kinds import check_kind, kinds_for
from shared.events import act
from shared.models.attention_item import AttentionItem

OPEN_ONCE = "uq_attention_item_open"
# What a person may say came of it; "by_itself" is said by the program only.
OUTCOMES = ("done", "not_needed")
BY_ITSELF = "by_itself"

Subject = tuple[str, UUID]


class UnknownOutcome(ValueError):
    """An outcome that is not in the list."""


def raise_item(
    session: Session,
    kind: str,
    *,
    subject: Subject | None = None,
    patient_id: UUID | None = None,
    code: str | None = None,
    times: int = 1,
    once: bool = False,
) -> AttentionItem:
    """Open an item about `subject` (the practice when None), or count the open one up.

    `once`: an open one is left as it is (a job that finds the same thing every minute).

    Needs the job's database role. Flushes; call it after the caller's own act, never between a
    change and its act. Raises UnknownKind.
    """
    label = check_kind(kind).label
    practice_id: UUID = session.info["context"].practice_id
    about = subject or ("practice", practice_id)
    item = _find_open(session, practice_id, kind, about)
    if item is not None and once:
        return item
    if item is None:
        try:
            with session.begin_nested():
                item = _new(practice_id, kind, about, patient_id, code, times)
                session.add(item)
                act(session, "attention.raised", target=item, patient_id=patient_id, what=label)
        except IntegrityError as conflict:
            if OPEN_ONCE not in str(conflict.orig):
                raise
            item = _find_open(session, practice_id, kind, about)
            if item is None:
                raise
        else:
            return item
    item.times += times
    item.last_at, item.code = clock.now(), code or item.code
    act(session, "attention.raised", target=item, patient_id=item.patient_id, what=label)
    return item


def resolve_item(session: Session, *, item_id: UUID, outcome: str, by: Principal) -> AttentionItem:
    """A person says what came of it. An item that has ended stays as it is.

    Raises NotFound for one that is not the viewer's business, UnknownOutcome.
    """
    if outcome not in OUTCOMES:
        raise UnknownOutcome(outcome)
    item = access_item(session, viewer=by, item_id=item_id, kinds=kinds_for(by), lock=True)
    if item.resolved_at is None:
        _end(session, item, outcome, by.account_id)
    return item


def settle_item(
    session: Session, kind: str, *, subject: Subject | None = None, by: Principal | None = None
) -> None:
    """End the open item about `subject`, if there is one: what it was about is over."""
    practice_id: UUID = session.info["context"].practice_id
    item = _find_open(session, practice_id, kind, subject or ("practice", practice_id))
    if item is not None:
        _end(session, item, BY_ITSELF if by is None else "done", by.account_id if by else None)


def _end(session: Session, item: AttentionItem, outcome: str, by: UUID | None) -> None:
    item.resolved_at, item.resolved_by, item.outcome = clock.now(), by, outcome
    label = check_kind(item.kind).label
    act(session, "attention.resolved", target=item, patient_id=item.patient_id, what=label)


def _find_open(
    session: Session, practice_id: UUID, kind: str, subject: Subject
) -> AttentionItem | None:
    return session.scalar(
        select(AttentionItem)
        .where(
            AttentionItem.practice_id == practice_id,
            AttentionItem.kind == kind,
            AttentionItem.subject_type == subject[0],
            AttentionItem.subject_id == subject[1],
            AttentionItem.resolved_at.is_(None),
        )
        .with_for_update()
        .execution_options(door=True, populate_existing=True)
    )


def _new(
    practice_id: UUID,
    kind: str,
    subject: Subject,
    patient_id: UUID | None,
    code: str | None,
    times: int,
) -> AttentionItem:
    at = clock.now()
    return AttentionItem(
        practice_id=practice_id,
        kind=kind,
        subject_type=subject[0],
        subject_id=subject[1],
        patient_id=patient_id,
        code=code,
        times=times,
        since=at,
        last_at=at,
    )
