"""Restores that were declared: where the log forked, and what had been signed of the lost end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_LAST = text("select max(fork) from audit.fork where practice_id = :practice")
_ALL = text("""
    select f.fork, f.last_kept, f.declared_at, p.body
    from audit.fork f
    join audit.event e on e.id = f.event_id and e.action = 'log.restored' and e.kind = 'act'
    left join audit.payload p on p.event_id = f.event_id
    where f.practice_id = :practice order by f.fork
""")


@dataclass(frozen=True, slots=True)
class Restore:
    """One declared restore. `void` are the checkpoints beyond it: digest to (first, last)."""

    fork: int
    last_kept: int
    declared_at: datetime
    restored_to: str
    by: str
    second: str
    last_lost: int
    void: dict[str, tuple[int, int]]


def last_fork(session: Session, practice_id: UUID) -> int:
    """The fork that is sealed now; 0 for a log that was never set back."""
    return session.scalar(_LAST, {"practice": practice_id}) or 0


def list_restores(session: Session, practice_id: UUID) -> list[Restore]:
    """Every declared restore, in order."""
    rows = session.execute(_ALL, {"practice": practice_id})
    return [_read(row.fork, row.last_kept, row.declared_at, row.body or {}) for row in rows]


def _read(fork: int, last_kept: int, declared_at: datetime, body: dict[str, Any]) -> Restore:
    return Restore(
        fork,
        last_kept,
        declared_at,
        str(body.get("restored_to", "")),
        str(body.get("by", "")),
        str(body.get("second", "")),
        int(body.get("last_lost", last_kept)),
        {one["sha256"]: (int(one["first"]), int(one["last"])) for one in body.get("void", [])},
    )
