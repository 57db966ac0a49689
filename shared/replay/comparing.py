"""Row by row: are two databases the same? Differences are told by table, key and column."""

from collections.abc import Iterator
from dataclasses import dataclass

from psycopg import sql

from shared.replay.reading import FETCHED_AT_ONCE, Connection
from shared.replay.tables import Table

# Enough to see what is wrong; all are counted.
MOST_TOLD = 50

_ROWS = 'select {key} collate "C", md5(to_jsonb(t)::text) from {table} t order by 1'
_ONE = "select to_jsonb(t) from {table} t where {key} = %s"


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not the same: `key` is its primary key, `what` names columns, no values."""

    table: str
    key: str
    what: str


def compare_table(source: Connection, target: Connection, table: Table) -> Iterator[Difference]:
    """Every row of one table that the two databases do not share."""
    ours, theirs = _rows(source, table), _rows(target, table)
    left, right = next(ours, None), next(theirs, None)
    told = 0
    while left or right:
        if right is None or (left is not None and left[0] < right[0]):
            yield Difference(table.name, _of(left), "is missing from the replay")
            left = next(ours, None)
        elif left is None or right[0] < left[0]:
            yield Difference(table.name, right[0], "is in the replay only")
            right = next(theirs, None)
        else:
            if left[1] != right[1]:
                told += 1
                what = _columns(source, target, table, left[0]) if told <= MOST_TOLD else "differs"
                yield Difference(table.name, left[0], what)
            left, right = next(ours, None), next(theirs, None)


def _of(row: tuple[str, str] | None) -> str:
    return row[0] if row else ""


def _rows(database: Connection, table: Table) -> Iterator[tuple[str, str]]:
    statement = sql.SQL(_ROWS).format(key=table.key_sql(), table=sql.Identifier(table.name))
    with database.cursor(name=f"rows_{table.name}") as cursor:
        cursor.itersize = FETCHED_AT_ONCE
        cursor.execute(statement)
        yield from cursor


def _columns(source: Connection, target: Connection, table: Table, key: str) -> str:
    statement = sql.SQL(_ONE).format(key=table.key_sql(), table=sql.Identifier(table.name))
    images = []
    for database in (source, target):
        found = database.execute(statement, (key,)).fetchone()
        images.append(found[0] if found else {})
    names = sorted(
        name
        for name in images[0].keys() | images[1].keys()
        if images[0].get(name) != images[1].get(name)
    )
    return f"differs in {', '.join(names)}"
