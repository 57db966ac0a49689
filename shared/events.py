"""Writing to the event log: acts (what was meant) and looks (what was read).

Row images are written by triggers; they carry the action of the act they belong to, and a change
to a logged table outside any act is refused by the database. A second change in a transaction
cannot borrow the name of the act before it: pending changes are written by `act` and by nothing
else, and a statement on a logged table has to follow an act that had nothing else to write.
"""

import json
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import event, text
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from shared.actions import check_action

_ACT = text(
    "select set_config('app.action', :action, true), audit.note('act', :action, :target_type,"
    " cast(:target_id as uuid), cast(:patient_id as uuid), cast(:details as jsonb))"
)
# All looks of a transaction in one statement: a page of the schedule notes a hundred.
_LOOKS = text(
    "select count(audit.note('look', one.action, one.target_type, one.target_id, one.patient_id,"
    " one.details)) from jsonb_to_recordset(cast(:looks as jsonb)) as one(action text,"
    " target_type text, target_id uuid, patient_id uuid, details jsonb)"
)

# Rows that come and go too fast to be a record; the migrations leave the same tables out.
UNLOGGED = frozenset(
    {
        "busy_time",
        "idempotency_key",
        "mail_count",
        "rate_limit",
        "reconciliation",
        "schedule_tick",
        "sign_in_attempt",
        "visit_guest_presence",
        "visit_presence",
        "web_session",
        "webauthn_challenge",
        "worker_heartbeat",
    }
)

Target = Any  # a model instance, or (type name, id or None)


class ChangeOutsideAct(Exception):
    """A change that would be logged under the name of an earlier act. A defect."""


@dataclass(frozen=True, slots=True)
class Look:
    """One reading of somebody's record, waiting to be written at the transaction's edge."""

    action: str
    target_type: str
    target_id: UUID | None
    patient_id: UUID | None
    details: str


def act(
    session: Session,
    action: str,
    *,
    target: Target,
    patient_id: UUID | None = None,
    **details: object,
) -> None:
    """Say what is being done, then write the pending changes as part of it.

    Call it after the objects were added or changed and before any flush. `details` are scalars for
    the action's sentence: no free text, no contact data. Without pending changes it names the one
    statement that follows. Raises UnknownAction, and ChangeOutsideAct where a query has flushed
    the changes before.
    """
    check_action(action)
    names_statement = not _changes(session)
    target_type, target_id = _name(target)
    with session.no_autoflush:
        session.execute(
            _ACT,
            {
                "action": action,
                "target_type": target_type,
                "target_id": target_id,
                "patient_id": patient_id,
                "details": _json(details),
            },
        )
    session.info["acting"] = True
    try:
        session.flush()
    finally:
        session.info["acting"] = False
    session.info["names_statement"] = names_statement


def _changes(session: Session) -> list[str]:
    """The logged tables that have changes waiting to be written."""
    touched = [*session.new, *session.deleted, *filter(session.is_modified, session.dirty)]
    return [row.__tablename__ for row in touched if row.__tablename__ not in UNLOGGED]


@event.listens_for(Session, "before_flush")
def _refuse_borrowed_names(session: Session, _: UOWTransaction, _rows: object) -> None:
    if session.info.get("acting"):
        return
    changed = _changes(session)
    if changed:
        raise ChangeOutsideAct(f"{', '.join(sorted(set(changed)))} changed outside an act")


@event.listens_for(Session, "do_orm_execute")
def _refuse_nameless_statements(state: ORMExecuteState) -> None:
    if not (state.is_insert or state.is_update or state.is_delete):
        return
    logged = [m.class_.__tablename__ for m in state.all_mappers]
    if all(name in UNLOGGED for name in logged):
        return
    if not state.session.info.pop("names_statement", False):
        raise ChangeOutsideAct(f"a statement on {', '.join(logged)} outside an act")


def look(
    session: Session,
    action: str,
    *,
    target: Target,
    patient_id: UUID | None = None,
    **details: object,
) -> None:
    """Note that somebody's record was read. Written by the edge even if the business rolls back."""
    check_action(action)
    target_type, target_id = _name(target)
    noted = Look(action, target_type, target_id, patient_id, _json(details))
    looks = cast("dict[Look, None]", session.info.setdefault("looks", {}))
    looks[noted] = None


def write_looks(session: Session) -> int:
    """Write the noted looks into the current transaction; returns how many there were."""
    looks = cast("dict[Look, None]", session.info.pop("looks", {}))
    rows = [
        {
            "action": item.action,
            "target_type": item.target_type,
            "target_id": str(item.target_id) if item.target_id else None,
            "patient_id": str(item.patient_id) if item.patient_id else None,
            "details": json.loads(item.details),
        }
        for item in looks
    ]
    if rows:
        session.execute(_LOOKS, {"looks": json.dumps(rows)})
    return len(rows)


def pending_looks(session: Session) -> dict[Look, None]:
    """The looks not yet written."""
    return cast("dict[Look, None]", session.info.get("looks", {}))


def _name(target: Target) -> tuple[str, UUID | None]:
    if isinstance(target, tuple):
        return target
    return target.__tablename__, target.id


def _json(details: dict[str, object]) -> str:
    return json.dumps(details, default=str, sort_keys=True)
