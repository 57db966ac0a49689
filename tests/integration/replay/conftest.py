"""Two databases: one that has been lived in, and an empty one of the same schema."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.replaying import empty_database
from tools import postgres

Meddle = Callable[..., None]
MEDDLED_WITH = ("patient", "visit_type", "practitioner_role")


@pytest.fixture
def empty(server: postgres.Server, database: str) -> Iterator[str]:
    """The owner's address of a database to fill."""
    with empty_database(server, f"{database}_replayed") as owner:
        yield owner


@pytest.fixture
def meddle(server: postgres.Server, database: str) -> Meddle:
    """Change the source as its superuser, with the log's triggers off."""

    def run(*statements: str) -> None:
        with psycopg.connect(server.dsn_for(dbname=database), autocommit=True) as admin:
            for table in MEDDLED_WITH:
                admin.execute(f"alter table {table} disable trigger all".encode())
            admin.execute("set session_replication_role = replica")
            admin.execute("alter table audit.event disable trigger user")
            admin.execute("alter table audit.link disable trigger user")
            admin.execute("alter table audit.payload disable trigger user")
            for statement in statements:
                admin.execute(statement.encode())

    return run
