"""Whether the rows of a database are what its own log makes of them; nothing is written.

Where the replay drill fills an empty database, this compares where the rows stand: for a restored
cluster that is looked at and thrown away. Tables that triggers keep (`DERIVED`) are left to the
replay drill, which makes them anew.
"""

from collections.abc import Iterator

from psycopg import sql

from shared.replay.comparing import Difference
from shared.replay.drill import Drill, TargetUnfit, apart
from shared.replay.folding import Folding
from shared.replay.reading import Connection, make_plain, read_changes
from shared.replay.revisions import UPGRADES, Revisions, known_revisions
from shared.replay.tables import Table, read_tables

_DIFFERENT = """
    select key, said.sum is null, stands.sum is null
    from (
        select p.key, md5((to_jsonb(r) - {generated}::text[])::text) as sum
        from replayed p cross join lateral jsonb_populate_record({blank}, p.image) r
        where p.target = {name} and p.image is not null
    ) said full join (
        select {key} as key, md5((to_jsonb(t) - {generated}::text[])::text) as sum from {table} t
    ) stands using (key)
    where said.sum is distinct from stands.sum order by key collate "C" limit {most}
"""
_COUNT = "select count(*) from {table}"
# Of each table; enough to see what is wrong.
MOST_TOLD = 200


def compare_standing(
    reader: Connection, stage: Connection, *, revisions: Revisions | None = None
) -> Drill:
    """Fold the log that `reader` sees, and compare it with the rows that `stage` sees.

    Both are of bedside_owner, on one database where nobody else is at work. The images wait in a
    temporary table of `stage`. Raises TargetUnfit, UnknownRevision.
    """
    known = revisions or Revisions(known_revisions(), UPGRADES)
    for connection in (reader, stage):
        make_plain(connection)
    _check_schema(stage, known)
    tables = read_tables(stage)
    folding = Folding(stage, tables)
    folding.run(known.upgrade(change) for change in read_changes(reader))
    stage.execute("analyze replayed")
    different = [each for table in tables.values() for each in _different(stage, table)]
    told, forgotten = apart(different, folding)
    rows = {name: _count(stage, name) for name in tables}
    return Drill(folding.changes, folding.erased, rows, tuple(folding.gaps), told, forgotten)


def _check_schema(stage: Connection, known: Revisions) -> None:
    """Images are read as this program's schema has them; the rows have to be of that schema too."""
    found = stage.execute("select version_num from alembic_version").fetchone()
    there, ours = found[0] if found else None, known.order[-1]
    if there != ours:
        raise TargetUnfit(f"its schema is {there}, the program's {ours}")


def _different(stage: Connection, table: Table) -> Iterator[Difference]:
    generated = [column.name for column in table.columns if column.generated]
    statement = sql.SQL(_DIFFERENT).format(
        generated=sql.Literal(generated),
        blank=table.blank_sql(),
        name=sql.Literal(table.name),
        key=table.key_sql(),
        table=sql.Identifier(table.name),
        most=sql.Literal(MOST_TOLD),
    )
    for key, unsaid, absent in stage.execute(statement).fetchall():
        what = "differs from the log"
        if unsaid:
            what = "is not in the log"
        elif absent:
            what = "is in the log only"
        yield Difference(table.name, key, what)


def _count(stage: Connection, name: str) -> int:
    found = stage.execute(sql.SQL(_COUNT).format(table=sql.Identifier(name))).fetchone()
    return int(found[0]) if found else 0
