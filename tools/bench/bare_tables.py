"""Tables laid bare for a bulk load: no triggers, keys or indexes meanwhile; all of them afterwards.

For a throw-away database only.
"""

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any, LiteralString

import psycopg
from psycopg import sql

Admin = psycopg.Connection[tuple[Any, ...]]


@contextlib.contextmanager
def bare_tables(admin: Admin, tables: Iterable[str]) -> Iterator[None]:
    """The tables without triggers, keys and indexes; they get all of them back."""
    again: list[sql.Composed] = []
    _vacuum(admin, "off")
    for name in tables:
        for take, give_back in [
            *_constraints(admin, name),
            *_indexes(admin, name),
            *_triggers(admin, name),
        ]:
            admin.execute(take)
            again.append(give_back)
    yield
    for statement in again:
        admin.execute(statement)
    _vacuum(admin, "on")


def _vacuum(admin: Admin, by_itself: LiteralString) -> None:
    """Postgres would tidy up after every table of a bulk load; we do so once, at the end."""
    admin.execute(f"alter system set autovacuum = {by_itself}")
    admin.execute("select pg_reload_conf()")


def tidy(admin: Admin, tables: Iterable[str]) -> None:
    """Statistics, visibility and a checkpoint, as after a night."""
    for name in tables:
        admin.execute(sql.SQL("vacuum (analyze, freeze) {}").format(_named(name)))
    admin.execute("checkpoint")


Pair = tuple[sql.Composed, sql.Composed]


def _constraints(admin: Admin, name: str) -> list[Pair]:
    """All but checks, which cost little, and primary keys, which foreign keys point at."""
    rows = admin.execute(
        "select conname, pg_get_constraintdef(oid), contype = 'f' from pg_constraint"
        " where conrelid = %s::regclass and contype in ('u', 'x', 'f') order by conname",
        (name,),
    )
    drop, add = "alter table {} drop constraint {}", "alter table {} add constraint {} "
    return [
        (
            sql.SQL(drop).format(_named(name), sql.Identifier(row[0])),
            sql.SQL(add).format(_named(name), sql.Identifier(row[0]))
            + sql.SQL(row[1] + (" not valid" if row[2] else "")),
        )
        for row in rows
    ]


def _indexes(admin: Admin, name: str) -> list[Pair]:
    rows = admin.execute(
        "select c.relnamespace::regnamespace::text, c.relname, pg_get_indexdef(i.indexrelid)"
        " from pg_index i join pg_class c on c.oid = i.indexrelid"
        " where i.indrelid = %s::regclass and not i.indisprimary and not exists"
        " (select from pg_constraint where conindid = i.indexrelid and contype in ('u', 'x'))",
        (name,),
    )
    return [
        (
            sql.SQL("drop index {}").format(sql.Identifier(row[0], row[1])),
            sql.Composed([sql.SQL(row[2])]),
        )
        for row in rows
    ]


def _triggers(admin: Admin, name: str) -> list[Pair]:
    rows = admin.execute(
        "select tgname, tgenabled = 'A' from pg_trigger"
        " where tgrelid = %s::regclass and not tgisinternal",
        (name,),
    )
    words = {True: "enable always trigger", False: "enable trigger"}
    return [
        (
            sql.SQL("alter table {} disable trigger {}").format(
                _named(name), sql.Identifier(row[0])
            ),
            sql.SQL("alter table {} {} {}").format(
                _named(name), sql.SQL(words[row[1]]), sql.Identifier(row[0])
            ),
        )
        for row in rows
    ]


def _named(name: str) -> sql.Identifier:
    return sql.Identifier(*name.split("."))
