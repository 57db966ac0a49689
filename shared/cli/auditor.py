"""`flask db auditor`: lets an auditor from outside in, for so many days, and out again."""

import secrets
from datetime import timedelta
from urllib.parse import urlsplit

import click
from flask import current_app
from flask.cli import with_appcontext
from psycopg import sql

from shared import clock
from shared.cli.database import ServerUnfit, connect, with_database
from shared.cli.staff import find_practice_id

LOGIN = "bedside_auditor"
LONGEST = 90


@click.command("auditor")
@click.option("--practice", "slug", default="", help="Whose log a new connection begins with.")
@click.option("--days", type=click.IntRange(1, LONGEST), default=14, show_default=True)
@click.option("--end", is_flag=True, help="Let nobody in any more, and end who is connected.")
@with_appcontext
def auditor(slug: str, days: int, *, end: bool) -> None:
    """Give the auditor's database login a new password, or take it away.

    The password is printed once and kept nowhere; an earlier one stops working. It reads the event
    log of every practice on this server: for one practice alone, hand over an export instead.
    Needs DATABASE_URL of an administrator.
    """
    settings = current_app.config["SETTINGS"]
    if not settings.database_url:
        raise ServerUnfit("DATABASE_URL is not set: name an administrator's address of the server.")
    name = urlsplit(settings.owner_dsn).path.lstrip("/")
    practice_id = find_practice_id(slug) if slug else None
    if slug and practice_id is None:
        raise click.ClickException(f"There is no practice {slug}.")
    role, password = sql.Identifier(LOGIN), secrets.token_urlsafe(24)
    until = clock.now() + timedelta(days=days)
    with connect(with_database(settings.database_url, name)) as server:
        server.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", (LOGIN,)
        )
        if end:
            server.execute(sql.SQL("alter role {} nologin password null").format(role))
            click.echo("Nobody connects as the auditor any more.")
            return
        server.execute(
            sql.SQL("alter role {} login password {} valid until {}").format(
                role, sql.Literal(password), sql.Literal(until.isoformat())
            )
        )
        server.execute(
            sql.SQL("alter role {} in database {} set app.practice_id = {}").format(
                role, sql.Identifier(name), sql.Literal(str(practice_id or ""))
            )
        )
    click.echo(f"Login {LOGIN}, database {name}, until {until:%Y-%m-%d %H:%M} UTC.")
    click.echo(f"Password, shown once: {password}")
