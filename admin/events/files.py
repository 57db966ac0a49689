"""The log as a file to hand over: NDJSON for machines, CSV for a spreadsheet."""

import json
from collections.abc import Iterable

from admin.events.presenters import tell, why
from shared.access.log import LogEntry
from shared.web.spreadsheets import CSV, write_csv

FORMS = {"csv": CSV, "ndjson": "application/x-ndjson"}
COLUMNS = (
    "entry", "at", "who", "as", "did", "kind", "action", "record", "record_id", "patient",
    "patient_reference", "why", "session_request", "event_id", "event_hash", "chain_hash",
)  # fmt: skip


def write_file(entries: Iterable[LogEntry], form: str) -> bytes:
    """The entries as a file; `form` is a key of FORMS."""
    rows = [dict(zip(COLUMNS, _row(entry), strict=True)) for entry in entries]
    if form == "ndjson":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    return write_csv(COLUMNS, [tuple(row.values()) for row in rows])


def _row(entry: LogEntry) -> tuple[object, ...]:
    return (
        entry.seq,
        entry.at.isoformat(),
        entry.actor_name,
        entry.actor_kind,
        tell(entry),
        entry.kind,
        entry.action,
        entry.target_type,
        str(entry.target_id) if entry.target_id else None,
        entry.patient_name,
        entry.patient_reference,
        why(entry),
        entry.request_id,
        str(entry.id),
        entry.event_hash,
        entry.chain_hash,
    )
