"""The door to the event log: who did what, when, to whose record, and why. Reading it is noted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.policy import holds
from shared.access.principal import Principal
from shared.actions import ACTIONS
from shared.events import look

PAGE_SIZE = 50
# As many entries of one act as a page can show.
MOST_OF_ACT = 200
DOOR = {"door": True}

Cursor = tuple[datetime, UUID]

# The reason's key in addresses: a reason may hold words that belong in none.
REASON_KEY = "left(encode(sha256(convert_to(e.reason, 'UTF8')), 'hex'), 16)"
_COLUMNS = """
    select e.id, e.act_id, e.at, e.kind, e.action, e.actor_kind, e.actor_id, a.name as actor_name,
        e.on_behalf_of, e.target_type, e.target_id, e.patient_id, e.reason, e.request_id,
        r.reference as patient_reference,
        nullif(concat_ws(' ', r.given_name, r.family_name), '') as patient_name,
        l.seq, encode(l.event_hash, 'hex') as event_hash, encode(l.hash, 'hex') as chain_hash,
        {body} as body
    from audit.event e
    join audit.link l on l.event_id = e.id
    left join audit.payload p on p.event_id = e.id
    left join account a on a.practice_id = e.practice_id and a.id = e.actor_id
    left join patient r on r.practice_id = e.practice_id and r.id = e.patient_id
    where e.practice_id = :practice_id
"""
# A list tells that a row changed; its images are for the page of the entry.
_LISTED = _COLUMNS.format(
    body="case when e.kind = 'write' then jsonb_build_object('op', p.body -> 'op') else p.body end"
)
_WHOLE = _COLUMNS.format(body="p.body")
_ONE_ACT = (
    "and e.act_id = (select one.act_id from audit.event one where one.id = :event_id"
    " and one.practice_id = :practice_id) order by l.seq limit :limit"
)
_CONDITIONS = {
    "patient_id": "e.patient_id = :patient_id",
    "actor_id": "e.actor_id = :actor_id",
    "actor_kind": "e.actor_kind = :actor_kind",
    "action": "e.action = :action",
    "noun": "e.action like :noun",
    "first": "e.at >= :first",
    "until": "e.at < :until",
    "reason_key": f"e.reason is not null and {REASON_KEY} = :reason_key",
    "before": "(e.at, e.id) < (:before, :before_id)",
}


class _Known(dict[str, Any]):
    """A detail the sentence asks for and the entry lacks reads as an ellipsis, not an error."""

    def __missing__(self, key: str) -> str:
        return "…"


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What is asked for; None asks for everything. `first` is included, `until` is not."""

    kinds: tuple[str, ...] = ("act", "look")
    patient_id: UUID | None = None
    actor_id: UUID | None = None
    actor_kind: str | None = None
    action: str | None = None
    noun: str | None = None
    first: datetime | None = None
    until: datetime | None = None
    reason_key: str | None = None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry: `body` holds an act's details or a row's images, None where it was erased."""

    id: UUID
    act_id: UUID
    at: datetime
    kind: str
    action: str
    actor_kind: str
    actor_id: UUID | None
    actor_name: str | None
    on_behalf_of: UUID | None
    target_type: str
    target_id: UUID | None
    patient_id: UUID | None
    reason: str | None
    request_id: str | None
    patient_reference: str | None
    patient_name: str | None
    seq: int
    event_hash: str
    chain_hash: str
    body: Mapping[str, Any] | None = field(default=None)

    @property
    def sentence(self) -> str:
        """What was done, without the one who did it; for a row's change, of which act."""
        known = ACTIONS.get(self.action)
        if known is None:
            return self.action.replace(".", ": ").replace("_", " ")
        details = self.body if self.kind != "write" and self.body else {}
        return known.sentence.format_map(_Known(details))


@dataclass(frozen=True, slots=True)
class LogPage:
    """Newest first; `more` is the cursor of the next page, None at the log's beginning."""

    entries: list[LogEntry]
    more: Cursor | None


def check_reader(viewer: Principal) -> None:
    """Raise NotFound for anybody who may not read the log."""
    if not holds(viewer, "log.read"):
        raise NotFound


def read_log(
    session: Session,
    *,
    viewer: Principal,
    wanted: LogFilter,
    before: Cursor | None = None,
) -> LogPage:
    """A page of the log. Raises NotFound for viewers who may not read it."""
    found = find_entries(session, viewer=viewer, wanted=wanted, before=before, limit=PAGE_SIZE + 1)
    entries = found[:PAGE_SIZE]
    note_patients(session, "log.read", entries, wanted)
    last = entries[-1] if len(found) > PAGE_SIZE else None
    return LogPage(entries, (last.at, last.id) if last else None)


def find_entries(
    session: Session,
    *,
    viewer: Principal,
    wanted: LogFilter,
    limit: int,
    before: Cursor | None = None,
) -> list[LogEntry]:
    """Entries as listed, newest first, without noting the look: callers note what they show."""
    check_reader(viewer)
    values: dict[str, Any] = {
        "patient_id": wanted.patient_id,
        "actor_id": wanted.actor_id,
        "actor_kind": wanted.actor_kind,
        "action": wanted.action,
        "noun": f"{wanted.noun}.%" if wanted.noun else None,
        "first": wanted.first,
        "until": wanted.until,
        "reason_key": wanted.reason_key,
        "before": before[0] if before else None,
    }
    values = {name: value for name, value in values.items() if value is not None}
    conditions = [_CONDITIONS[name] for name in values]
    statement = " and ".join([_LISTED, "e.kind = any(:kinds)", *conditions])
    values |= {"practice_id": viewer.practice_id, "kinds": list(wanted.kinds), "limit": limit}
    if before:
        values["before_id"] = before[1]
    rows = session.execute(
        # Conditions of ours, chosen by name; what was typed is bound.
        text(statement + " order by e.at desc, e.id desc limit :limit"),
        values,
        execution_options=DOOR,
    ).all()
    return [LogEntry(**row._mapping) for row in rows]


def access_act(session: Session, *, viewer: Principal, event_id: UUID) -> list[LogEntry]:
    """The entry and everything that was done in the same act, in order. Raises NotFound.

    The entry asked for is among them, by its id. At most 200.
    """
    check_reader(viewer)
    rows = session.execute(
        text(_WHOLE + " " + _ONE_ACT),
        {"practice_id": viewer.practice_id, "event_id": event_id, "limit": MOST_OF_ACT},
        execution_options=DOOR,
    ).all()
    entries = [LogEntry(**row._mapping) for row in rows]
    if not entries:
        raise NotFound
    note_patients(session, "log.entry_viewed", entries, None, target=("event", event_id))
    return entries


def note_patients(
    session: Session,
    action: str,
    entries: list[LogEntry],
    wanted: LogFilter | None,
    *,
    target: tuple[str, UUID | None] = ("event", None),
) -> None:
    """Note the look for every patient whose name is on the page, or once when there is none."""
    people = {entry.patient_id for entry in entries if entry.patient_id is not None}
    if wanted is not None and wanted.patient_id is not None:
        people.add(wanted.patient_id)
    for patient_id in sorted(people):
        look(session, action, target=target, patient_id=patient_id)
    if not people:
        look(session, action, target=target)
