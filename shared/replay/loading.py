"""Filling the empty tables with the last images, constraints and other triggers at work."""

from psycopg import sql

from shared.replay.reading import Connection
from shared.replay.tables import Table

_FILL = """
    insert into {table} ({columns})
    select {values} from replayed p cross join lateral jsonb_populate_record({blank}, p.image) r
    where p.target = {name} and p.image is not null
"""


def load_rows(target: Connection, tables: dict[str, Table]) -> dict[str, int]:
    """Write every row; returns how many each table got. The log trigger rests meanwhile."""
    for name in tables:
        _trigger(target, name, "disable")
    # What migrations put there is in the log as well.
    for name in reversed(tables):
        target.execute(sql.SQL("delete from {}").format(sql.Identifier(name)))
    counts = {name: _fill(target, table) for name, table in tables.items()}
    for name in tables:
        _trigger(target, name, "enable always")
    return counts


def _fill(target: Connection, table: Table) -> int:
    names = [column.name for column in table.columns if not column.generated]
    statement = sql.SQL(_FILL).format(
        table=sql.Identifier(table.name),
        columns=sql.SQL(", ").join(map(sql.Identifier, names)),
        values=sql.SQL(", ").join(sql.SQL("r.") + sql.Identifier(name) for name in names),
        blank=table.blank_sql(),
        name=sql.Literal(table.name),
    )
    return target.execute(statement).rowcount


def _trigger(target: Connection, table: str, how: str) -> None:
    target.execute(
        sql.SQL("alter table {} {} trigger log_writes").format(
            sql.Identifier(table),
            sql.SQL(how),
        )
    )
