"""Databases for replay drills: migrated, and empty of everything."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from shared.cli.database import BOOTSTRAP
from shared.replay import run_drill
from tests.conftest import upgrade
from tools import postgres


def replay(server: postgres.Server, source: str) -> list[str]:
    """What differs when the log of `source` (its owner's address) is replayed beside it."""
    with empty_database(server, "bedside_replay_drill") as target:
        return run_drill(source, target).sentences


@contextmanager
def empty_database(server: postgres.Server, name: str) -> Iterator[str]:
    """A database of today's schema on `server`; yields the owner's address, removes it after."""
    with psycopg.connect(server.dsn_for(), autocommit=True) as admin:
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    try:
        with psycopg.connect(server.dsn_for(dbname=name), autocommit=True) as admin:
            admin.execute(BOOTSTRAP.read_text().encode())
        owner = server.dsn_for("bedside_owner", name)
        upgrade(owner)
        yield owner
    finally:
        with psycopg.connect(server.dsn_for(), autocommit=True) as admin:
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
