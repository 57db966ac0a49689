"""A world for the doors, made once: they only read it."""

import math
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from shared import clock, db, keyring
from shared.db import db as database_of_flask
from tests.conftest import make_app, make_settings
from tests.integration.attack.world import NOW, World, build
from tests.people import load_cast
from tools import postgres

NAME = "bedside_world"


@pytest.fixture(scope="session")
def full_world(
    server: postgres.Server, template: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[World, keyring.Keyring]:
    """The world and the keys that open it."""
    with psycopg.connect(server.dsn_for(), autocommit=True) as admin:
        made = sql.SQL("create database {} template {}")
        admin.execute(made.format(sql.Identifier(NAME), sql.Identifier(template)))
    app = make_app(make_settings(server, NAME, tmp_path_factory.mktemp("world")))
    dsn = server.dsn_for(dbname=NAME).replace("postgresql://", "postgresql+psycopg://", 1)
    with app.app_context(), clock.freeze(NOW), pytest.MonkeyPatch.context() as patch:
        cast, keys = load_cast(), keyring.current()
        database_of_flask.engine.dispose()
        patch.setattr(db, "set_context", lambda *_: None)
        return build(dsn, cast), keys


@pytest.fixture
def world(full_world: tuple[World, keyring.Keyring]) -> Iterator[World]:
    """The world, at its own hour, in a database where nobody is anybody."""
    found, keys = full_world
    keyring.install(keys)
    with pytest.MonkeyPatch.context() as patch, clock.freeze(NOW):
        # Nobody is anybody here, so nobody could fetch the keys again when they have grown old.
        patch.setattr(keyring, "REFRESH_SECONDS", math.inf)
        patch.setattr(db, "set_context", lambda *_: None)
        yield found


@pytest.fixture
def golden() -> Path:
    """Where the reviewed accounts are."""
    return Path(__file__).parent / "reviewed"
