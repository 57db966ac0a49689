"""Replaying the log's tail: what happened after the moment a database was set back to.

The tail comes from outside: lines of the export or of the archive (see `audit.line`). A restored
database has to hold the beginning of the very same log, entry by entry; what lies beyond is folded
and written into its tables.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import sql

from shared.replay.reading import Connection, Image
from shared.replay.tables import DERIVED, Table, read_tables

EVENTS = "events.ndjson"
_LINES = """
    select seq, line from audit.line where practice_id = %s and seq > %s order by seq limit 2000
"""
_DIGEST = """
    select count(*), coalesce(sum(hashtextextended(to_jsonb(t)::text, 0)::numeric), 0)::text
    from {table} t
"""
_ROW = "select to_jsonb(t) from {table} t where {key} = %s"
_WRITE = """
    insert into {table} ({columns}) select {values}
    from jsonb_populate_record(null::{table}, %s::jsonb) r
    on conflict ({key}) do update set {sets}
"""
_REMOVE = "delete from {table} t where {key} = %s"

Digest = tuple[int, str]


class NotTheSameLog(Exception):
    """The restored database does not hold the beginning of the log it was compared with."""


@dataclass(frozen=True, slots=True)
class Tail:
    """What came of it: entries the restored log has, those beyond, and rows written from them."""

    kept: int
    beyond: int
    written: int
    removed: int


@dataclass(slots=True)
class _Row:
    """The last image that the tail leaves a row with; `first` is what it was before."""

    table: Table
    key: str
    first: Image | None
    last: Image | None


def measure(database: Connection) -> dict[str, Digest]:
    """How many rows every logged table has, and a sum over their contents in any order."""
    names = [*read_tables(database), *DERIVED]
    digests: dict[str, Digest] = {}
    for name in names:
        statement = sql.SQL(_DIGEST).format(table=sql.Identifier(name))
        found = database.execute(statement).fetchone()
        if found is not None:
            digests[name] = (int(found[0]), str(found[1]))
    return digests


def replay_tail(target: Connection, folders: Iterable[Path]) -> Tail:
    """Compare each practice's log with its export, then write what the tail says.

    Raises NotTheSameLog. The caller's transaction holds it all.
    """
    kept = beyond = 0
    changes: list[dict[str, Any]] = []
    for folder in folders:
        same, more, written = _compare(target, folder)
        kept, beyond = kept + same, beyond + more
        changes += written
    changes.sort(key=lambda line: str(line["event"]["id"]))
    rows = _fold(read_tables(target), changes)
    return Tail(kept, beyond, *_write(target, rows))


def _compare(target: Connection, folder: Path) -> tuple[int, int, list[dict[str, Any]]]:
    """How many entries are the same, how many lie beyond, and the changes among those.

    Raises NotTheSameLog.
    """
    theirs = _lines_of(folder)
    same = 0
    target.execute("set local role bedside_audit")
    for seq, ours in _read_log(target, folder.name):
        if next(theirs, None) != ours:
            raise NotTheSameLog(f"entry {seq} of {folder.name} is not the one that was exported")
        same += 1
    target.execute("reset role")
    beyond, changes = 0, []
    # Line by line: a tail may hold millions of looks, and only changes are written.
    for line in theirs:
        entry = json.loads(line)
        beyond += entry["seq"] is not None
        if entry["seq"] is not None and entry["event"]["kind"] == "write":
            changes.append(entry)
    return same, beyond, changes


def _read_log(target: Connection, practice_id: str) -> Iterator[tuple[int, str]]:
    after = 0
    while page := target.execute(_LINES, (practice_id, after)).fetchall():
        yield from page
        after = page[-1][0]


def _lines_of(folder: Path) -> Iterator[str]:
    path = folder / EVENTS
    packed = path.with_suffix(".ndjson.gz")
    if packed.exists():
        path = packed
    with gzip.open(path, "rt") if path is packed else path.open() as file:
        for line in file:
            yield line.rstrip("\n")


def _fold(tables: dict[str, Table], changes: Iterable[dict[str, Any]]) -> list[_Row]:
    """The rows that the tail touches, in its order."""
    rows: dict[tuple[str, str], _Row] = {}
    for line in changes:
        table = tables.get(line["event"]["target_type"])
        body = (line["payload"] or {}).get("body") or {}
        image = body.get("new") or body.get("old")
        if table is None or image is None:
            continue
        key = table.key_of(image)
        row = rows.setdefault((table.name, key), _Row(table, key, body.get("old"), None))
        row.last = body.get("new")
    order = {name: place for place, name in enumerate(tables)}
    # What is changed makes room before what is new takes it.
    return sorted(rows.values(), key=lambda row: (order[row.table.name], row.first is None))


def _write(target: Connection, rows: list[_Row]) -> tuple[int, int]:
    touched = {row.table.name for row in rows}
    for name in touched:
        _trigger(target, name, "disable")
    for row in rows:
        _check(target, row)
    gone = [row for row in reversed(rows) if row.last is None]
    for row in gone:
        target.execute(_statement(_REMOVE, row.table), (row.key,))
    new = [row for row in rows if row.last is not None]
    for row in new:
        target.execute(_statement(_WRITE, row.table), (json.dumps(row.last),))
    for name in touched:
        _trigger(target, name, "enable always")
    return len(new), len(gone)


def _check(target: Connection, row: _Row) -> None:
    """The restored row is what the tail says it was before. Raises NotTheSameLog."""
    found = target.execute(_statement(_ROW, row.table), (row.key,)).fetchone()
    before = found[0] if found else None
    if (before is None) != (row.first is None):
        raise NotTheSameLog(f"{row.table.name} {row.key} is not as it was before the tail")


def _statement(text: str, table: Table) -> sql.Composed:
    names = [column.name for column in table.columns if not column.generated]
    return sql.SQL(text).format(
        table=sql.Identifier(table.name),
        columns=sql.SQL(", ").join(map(sql.Identifier, names)),
        values=sql.SQL(", ").join(sql.SQL("r.") + sql.Identifier(name) for name in names),
        sets=sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in names
        ),
        key=table.key_sql()
        if text is not _WRITE
        else sql.SQL(", ").join(map(sql.Identifier, table.key)),
    )


def _trigger(target: Connection, table: str, how: str) -> None:
    target.execute(
        sql.SQL("alter table {} {} trigger log_writes").format(sql.Identifier(table), sql.SQL(how))
    )
