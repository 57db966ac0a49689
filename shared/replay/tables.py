"""What the catalogue says about the tables to rebuild: keys, columns, defaults, order."""

import json
from dataclasses import dataclass
from graphlib import TopologicalSorter

from psycopg import sql

from shared.replay.reading import Connection, Image

# Kept by triggers on other tables; they come by themselves, and are compared like the rest.
DERIVED = ("busy_time",)

_LOGGED = """
    select c.relname from pg_class c join pg_trigger t on t.tgrelid = c.oid
    where t.tgname = 'log_writes' and c.relnamespace = 'public'::regnamespace order by 1
"""
_COLUMNS = """
    select a.attname, format_type(a.atttypid, a.atttypmod), a.attgenerated <> '',
        pg_get_expr(d.adbin, d.adrelid)
    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum
"""
_KEY = """
    select a.attname from pg_index i
    cross join unnest(i.indkey) with ordinality as k (attnum, place)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where i.indrelid = %s::regclass and i.indisprimary order by k.place
"""
_REFERENCES = """
    select f.relname, t.relname from pg_constraint c
    join pg_class f on f.oid = c.conrelid join pg_class t on t.oid = c.confrelid
    where c.contype = 'f' and f.oid <> t.oid and f.relnamespace = 'public'::regnamespace
"""


@dataclass(frozen=True, slots=True)
class Column:
    """`default` is the expression of the catalogue, None where there is none."""

    name: str
    type: str
    generated: bool
    default: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table to rebuild or to compare."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def key_of(self, image: Image) -> str:
        """The primary key as the text that `key_sql` makes of a row."""
        return json.dumps([image.get(name) for name in self.key], ensure_ascii=False)

    def key_sql(self) -> sql.Composed:
        """The primary key of a row `t` as text."""
        parts = sql.SQL(", ").join(sql.SQL("t.") + sql.Identifier(name) for name in self.key)
        return sql.SQL("jsonb_build_array({})::text").format(parts)

    def blank_sql(self) -> sql.Composed:
        """A row made of nothing but defaults: what an older image does not say."""
        values = [
            sql.SQL("({})").format(sql.SQL(column.default))
            if column.default and not column.generated
            else sql.SQL("null")
            for column in self.columns
        ]
        return sql.SQL("row({})::{}").format(sql.SQL(", ").join(values), sql.Identifier(self.name))


def read_tables(database: Connection) -> dict[str, Table]:
    """The logged tables, each after those it refers to."""
    names = [row[0] for row in database.execute(_LOGGED).fetchall()]
    sorter: TopologicalSorter[str] = TopologicalSorter({name: set() for name in names})
    for table, referred in database.execute(_REFERENCES).fetchall():
        if table in names and referred in names:
            sorter.add(table, referred)
    return {name: read_table(database, name) for name in sorter.static_order()}


def read_table(database: Connection, name: str) -> Table:
    """One table as the catalogue describes it."""
    columns = database.execute(_COLUMNS, (name,)).fetchall()
    key = database.execute(_KEY, (name,)).fetchall()
    return Table(name, tuple(Column(*row) for row in columns), tuple(row[0] for row in key))
