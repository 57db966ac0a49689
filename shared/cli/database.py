"""`flask db bootstrap`: the roles and the database, by an administrator of the server, once."""

from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import click
import psycopg
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from psycopg import sql

from shared.config import Settings

BOOTSTRAP = Path(__file__).parents[2] / "migrations" / "bootstrap.sql"
OLDEST_SERVER = 160000
LOGINS = ("owner", "web", "worker")


class ServerUnfit(click.ClickException):
    """The database server cannot carry Bedside; one sentence says why."""


@click.command("bootstrap")
@click.option("--upgrade", "upgrades", is_flag=True, help="Run every migration afterwards.")
@with_appcontext
def bootstrap(upgrades: bool) -> None:
    """Make the database, its roles and extensions (needs DATABASE_URL of an administrator)."""
    bootstrap_server(current_app.config["SETTINGS"])
    if upgrades:
        upgrade()
    click.echo("The database and its roles are there.")


@click.command("believe-sandbox-clock")
@with_appcontext
def sandbox_clock() -> None:
    """Let the event log follow the sandbox's clock (refused in production)."""
    believe_sandbox_clock(current_app.config["SETTINGS"])


def bootstrap_server(settings: Settings) -> None:
    """Check the server, make a missing database, run bootstrap.sql. Raises ServerUnfit."""
    if not settings.database_url:
        raise ServerUnfit("DATABASE_URL is not set: name an administrator's address of the server.")
    name = urlsplit(settings.owner_dsn).path.lstrip("/")
    with connect(settings.database_url) as server:
        check_server(server)
        known = server.execute("select 1 from pg_database where datname = %s", (name,)).fetchone()
        if known is None:
            server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    with connect(with_database(settings.database_url, name)) as database:
        database.execute(BOOTSTRAP.read_text().encode())
        for login in LOGINS:
            set_password(database, getattr(settings, f"{login}_dsn"))
            if settings.database_auth == "iam":
                # From here on the server takes this login's tokens, and no password of it.
                database.execute(
                    sql.SQL("grant rds_iam to {}").format(sql.Identifier(f"bedside_{login}"))
                )


def connect(url: str) -> psycopg.Connection:
    """An administrator's connection; ServerUnfit with one sentence when it is refused."""
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise ServerUnfit(f"The database server does not let us in: {reason}") from error


def check_server(server: psycopg.Connection) -> None:
    """Raise ServerUnfit for a server that is too old or lacks btree_gist."""
    version = server.info.server_version
    if version < OLDEST_SERVER:
        raise ServerUnfit(
            f"The database server is PostgreSQL {version // 10000}; Bedside needs 16 or newer."
        )
    offered = server.execute(
        "select 1 from pg_available_extensions where name = 'btree_gist'"
    ).fetchone()
    if offered is None:
        raise ServerUnfit(
            "The database server lacks the extension btree_gist:"
            " install PostgreSQL's contrib package."
        )


def set_password(database: psycopg.Connection, dsn: str) -> None:
    """Give a login the password its address carries; an address without one is left alone."""
    parts = urlsplit(dsn)
    if parts.username and parts.password:
        database.execute(
            sql.SQL("alter role {} password {}").format(
                sql.Identifier(parts.username), sql.Literal(unquote(parts.password))
            )
        )


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc or "", f"/{name}", parts.query, ""))


def believe_sandbox_clock(settings: Settings) -> None:
    """Make the event log follow the sandbox's clock; raises ServerUnfit where real patients are."""
    if settings.production or not settings.sandbox:
        raise ServerUnfit("Only a program that runs on the sandbox may move the log's clock.")
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("select audit.believe_sandbox_clock(true)")
