"""Folding changes into the last image of every row, and noticing where the log has a gap.

Each change says what the row was before; if that is not what the changes so far had made of it,
a change is missing from the log. Images wait in a temporary table of the target, so that a log of
any length needs little memory.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from psycopg import sql

from shared.replay.reading import Change, Connection, Image
from shared.replay.tables import Table

BATCH = 5_000
MOST_GAPS = 200

_STAGE = """
    create temporary table replayed (target text, key text, image jsonb,
        primary key (target, key)) on commit drop
"""
_KNOWN = """
    select r.target, r.key, r.image::text from replayed r
    join unnest(%s::text[], %s::text[]) as wanted (target, key)
        on wanted.target = r.target and wanted.key = r.key
"""
_KEEP = """
    insert into replayed select t, k, i::jsonb from unnest(%s::text[], %s::text[], %s::text[])
        as given (t, k, i)
    on conflict (target, key) do update set image = excluded.image
"""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Gap:
    """A change whose "before" is not what the changes up to it had made."""

    table: str
    key: str
    event_id: UUID
    what: str


@dataclass(slots=True)
class Folding:
    """The work in progress: counts, gaps, and rows of which a change was erased."""

    target: Connection
    tables: dict[str, Table]
    changes: int = 0
    erased: int = 0
    gaps: list[Gap] = field(default_factory=list)
    # Ids of rows some of whose images have passed their retention.
    incomplete: set[tuple[str, str]] = field(default_factory=set)

    def run(self, changes: Iterable[Change]) -> None:
        """Fold everything."""
        self.target.execute(_STAGE)
        batch: list[Change] = []
        for change in changes:
            batch.append(change)
            if len(batch) >= BATCH:
                self._fold(batch)
                batch = []
        self._fold(batch)

    def _fold(self, batch: list[Change]) -> None:
        wanted = [(change, self._key(change)) for change in batch]
        known = self._known({key for _, key in wanted if key is not None})
        touched: dict[Key, str | None] = {}
        for change, key in wanted:
            self.changes += 1
            if change.op is None:
                self.erased += 1
                self.incomplete.add((change.table, str(change.target_id)))
            if key is None:
                continue
            self._check(change, key, known.get(key))
            known[key] = change.new
            touched[key] = None if change.new is None else change.new_text or json.dumps(change.new)
        if touched:
            columns = ([t for t, _ in touched], [k for _, k in touched], list(touched.values()))
            self.target.execute(_KEEP, columns)

    def _key(self, change: Change) -> Key | None:
        image = change.new or change.old
        if image is None:
            return None
        table = self.tables.get(change.table)
        if table is None:
            self._gap(change, str(change.target_id), "there is no such table any more")
            return None
        return table.name, table.key_of(image)

    def _known(self, keys: set[Key]) -> dict[Key, Image | None]:
        ordered = sorted(keys)
        rows = self.target.execute(
            sql.SQL(_KNOWN), ([table for table, _ in ordered], [key for _, key in ordered])
        ).fetchall()
        return {(table, key): json.loads(image) if image else None for table, key, image in rows}

    def _check(self, change: Change, key: Key, before: Image | None) -> None:
        forgotten = (change.table, str(change.target_id))
        if forgotten in self.incomplete:
            # From a whole image on, the row is known again.
            self.incomplete.discard(forgotten)
            return
        if change.old is None and before is not None:
            self._gap(change, key[1], "was made a second time")
        elif change.old is not None and before is None:
            self._gap(change, key[1], "was changed, but the log does not have its beginning")
        elif change.old is not None and before is not None:
            other = sorted(
                name
                for name in change.old.keys() & before.keys()
                if change.old[name] != before[name]
            )
            if other:
                self._gap(change, key[1], f"a change of {', '.join(other)} is not in the log")

    def _gap(self, change: Change, key: str, what: str) -> None:
        if len(self.gaps) < MOST_GAPS:
            self.gaps.append(Gap(change.table, key, change.event_id, what))
