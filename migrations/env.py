"""Runs migrations as bedside_owner, in one transaction; tells the log which revision rules."""

from alembic import context
from flask import current_app, has_app_context
from sqlalchemy import Connection, create_engine, pool, text

import shared.models  # noqa: F401 - fills Base.metadata
from shared.adapters.database.iam import password_arguments
from shared.db import Base

config = context.config
NOT_MODELLED = frozenset({"alembic_version", "retention"})
LOCK_TIMEOUT = "5s"


def include_object(
    _item: object, name: str | None, kind: str, _reflected: bool, _compared: object
) -> bool:
    """Compare only what the models describe; the log and the queue are plain SQL."""
    return not (kind == "table" and name in NOT_MODELLED)


def owner_url() -> str:
    """The migrator's address, as SQLAlchemy spells it; a caller without an app names it itself."""
    dsn: str = config.attributes.get("dsn") or current_app.config["SETTINGS"].owner_dsn
    return dsn.replace("postgresql://", "postgresql+psycopg://", 1)


def owner_password(url: str) -> dict[str, str]:
    """Where the server takes tokens for passwords: one, for this run."""
    settings = current_app.config["SETTINGS"] if has_app_context() else None
    return password_arguments(settings, url) if settings else {}


def run_online() -> None:
    """Upgrade a real database."""
    url = owner_url()
    engine = create_engine(url, poolclass=pool.NullPool, connect_args=owner_password(url))
    with engine.connect() as connection:
        _migrate(connection)
        connection.commit()


def _migrate(connection: Connection) -> None:
    connection.execute(text(f"set lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.execute(text("select set_config('app.action', 'schema.migrated', false)"))
    connection.execute(text("select set_config('app.actor_kind', 'migration', false)"))
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=include_object,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        if connection.scalar(text("select to_regclass('audit.setting') is not null")):
            connection.execute(text("select audit.note_revision()"))


def run_offline() -> None:
    """Print the SQL, for review and for the linter."""
    context.configure(
        url="postgresql://",
        target_metadata=Base.metadata,
        literal_binds=True,
        dialect_name="postgresql",
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
