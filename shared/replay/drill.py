"""The drill: an empty migrated database, the log and nothing else, and then a comparison."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

import psycopg

from shared.replay.comparing import Difference, compare_table
from shared.replay.folding import Folding, Gap
from shared.replay.loading import load_rows
from shared.replay.reading import Connection, make_plain, read_changes
from shared.replay.revisions import UPGRADES, Revisions, known_revisions
from shared.replay.tables import DERIVED, read_table, read_tables

_REVISION = "select version_num from alembic_version"
_EMPTY = "select not exists (select from practice)"


class TargetUnfit(Exception):
    """The database to fill is not an empty one of the same revision; the text says which."""


@dataclass(frozen=True, slots=True)
class Drill:
    """What came of it. `rows` counts by table; `erased` are changes past their retention."""

    changes: int
    erased: int
    rows: dict[str, int]
    gaps: tuple[Gap, ...]
    differences: tuple[Difference, ...]
    # Rows that cannot be whole any more, since the log was told to forget part of them.
    forgotten: tuple[Difference, ...] = field(default=())

    @property
    def sentences(self) -> list[str]:
        """What is wrong, one sentence each: table, key and column, never a value."""
        return [
            *(f"{gap.table} {gap.key}: {gap.what} (entry {gap.event_id})." for gap in self.gaps),
            *(f"{each.table} {each.key}: {each.what}." for each in self.differences),
        ]

    @property
    def identical(self) -> bool:
        """True when every row is there, the same, and the log had no gap."""
        return not self.gaps and not self.differences


def run_drill(
    source_dsn: str,
    target_dsn: str,
    *,
    revisions: Revisions | None = None,
    connect: Callable[[str], Connection] = psycopg.connect,
) -> Drill:
    """Rebuild the records of `source_dsn` in `target_dsn` from the log, and compare every row.

    Both addresses are of bedside_owner. The source is read in one snapshot and may be at work.
    The target is migrated, and holds no practice. Raises TargetUnfit, UnknownRevision.
    """
    known = revisions or Revisions(known_revisions(), UPGRADES)
    with ExitStack() as stack:
        source: Connection = stack.enter_context(connect(source_dsn))
        target: Connection = stack.enter_context(connect(target_dsn))
        source.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        source.read_only = True
        for database in (source, target):
            make_plain(database)
        check_target(source, target)
        tables = read_tables(target)
        folding = Folding(target, tables)
        folding.run(known.upgrade(change) for change in read_changes(source))
        rows = load_rows(target, tables)
        compared = [*tables.values(), *(read_table(target, name) for name in DERIVED)]
        differences = [each for table in compared for each in compare_table(source, target, table)]
        told, forgotten = apart(differences, folding)
    return Drill(folding.changes, folding.erased, rows, tuple(folding.gaps), told, forgotten)


def check_target(source: Connection, target: Connection) -> None:
    """Raise TargetUnfit unless the target is empty and of the source's revision."""
    theirs, ours = (_one(database, _REVISION) for database in (target, source))
    if theirs != ours:
        raise TargetUnfit(f"the target's schema is {theirs}, the source's {ours}")
    if not _one(target, _EMPTY):
        raise TargetUnfit("the target already holds a practice")


def _one(database: Connection, query: str) -> object:
    found = database.execute(query).fetchone()
    return found[0] if found else None


def apart(
    differences: Sequence[Difference], folding: Folding
) -> tuple[tuple[Difference, ...], tuple[Difference, ...]]:
    """Real differences, and those that erased payloads explain."""
    forgotten = tuple(
        each
        for each in differences
        if any(table == each.table and row_id in each.key for table, row_id in folding.incomplete)
    )
    return tuple(each for each in differences if each not in forgotten), forgotten
