"""How a record was: its row at any moment of the past, read from the images in the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.log import LogEntry, check_reader
from shared.access.principal import Principal
from shared.events import look

MOST_CHANGES = 100

_AT = """
    select e.id, e.at, e.patient_id, p.body from audit.link l
    join audit.event e on e.id = l.event_id left join audit.payload p on p.event_id = e.id
    where l.practice_id = :practice_id and e.practice_id = :practice_id and e.kind = 'write'
        and e.target_type = :target_type and e.target_id = :target_id
"""
_BEFORE = text(_AT + " and e.at <= :moment order by l.seq desc limit 1")
_AFTER_ENTRY = text(_AT + " and e.id = :event_id")
_CHANGES = text("""
    select e.id, e.act_id, e.at, e.kind, e.action, e.actor_kind, e.actor_id, a.name as actor_name,
        e.on_behalf_of, e.target_type, e.target_id, e.patient_id, e.reason, e.request_id,
        null as patient_reference, null as patient_name, l.seq, '' as event_hash,
        '' as chain_hash, jsonb_build_object('op', p.body -> 'op') as body
    from audit.event e join audit.link l on l.event_id = e.id
    left join audit.payload p on p.event_id = e.id
    left join account a on a.practice_id = e.practice_id and a.id = e.actor_id
    where e.practice_id = :practice_id and e.kind = 'write'
        and e.target_type = :target_type and e.target_id = :target_id
    order by l.seq desc limit :limit
""")


@dataclass(frozen=True, slots=True)
class PastRecord:
    """A row as it stood. `image` is None when there was none yet, or none any more.

    `erased` says that the log has forgotten this image: its retention was over.
    """

    target_type: str
    target_id: UUID
    image: Mapping[str, Any] | None
    since: datetime | None
    entry_id: UUID | None
    patient_id: UUID | None
    removed: bool
    erased: bool


def read_record_at(
    session: Session,
    *,
    viewer: Principal,
    target_type: str,
    target_id: UUID,
    moment: datetime | None = None,
    after_entry: UUID | None = None,
) -> PastRecord:
    """The record as it was at `moment`, or as the entry `after_entry` left it.

    What was read is noted, with the patient it is about. Raises NotFound for viewers who may not
    read the log, and for a record the practice's log knows nothing of.
    """
    check_reader(viewer)
    values = {
        "practice_id": viewer.practice_id,
        "target_type": target_type,
        "target_id": target_id,
        "moment": moment,
        "event_id": after_entry,
    }
    statement = _BEFORE if after_entry is None else _AFTER_ENTRY
    row = session.execute(statement, values).one_or_none()
    if row is None:
        if after_entry is not None or not _is_known(session, values):
            raise NotFound
        return PastRecord(target_type, target_id, None, None, None, None, False, False)
    look(
        session,
        "record.viewed_as_it_was",
        target=(target_type, target_id),
        patient_id=row.patient_id,
    )
    body: Mapping[str, Any] = row.body or {}
    return PastRecord(
        target_type=target_type,
        target_id=target_id,
        image=body.get("new"),
        since=row.at,
        entry_id=row.id,
        patient_id=row.patient_id,
        removed=body.get("op") == "DELETE",
        erased=row.body is None,
    )


def list_record_changes(
    session: Session, *, viewer: Principal, target_type: str, target_id: UUID
) -> list[LogEntry]:
    """When the record changed and by whose hand, newest first, at most a hundred."""
    check_reader(viewer)
    rows = session.execute(
        _CHANGES,
        {
            "practice_id": viewer.practice_id,
            "target_type": target_type,
            "target_id": target_id,
            "limit": MOST_CHANGES,
        },
    ).all()
    return [LogEntry(**row._mapping) for row in rows]


def _is_known(session: Session, values: Mapping[str, Any]) -> bool:
    found = session.scalar(
        text(
            "select exists (select from audit.event where practice_id = :practice_id"
            " and kind = 'write' and target_type = :target_type and target_id = :target_id)"
        ),
        dict(values),
    )
    return bool(found)
