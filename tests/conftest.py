"""The harness: a private Postgres, a migrated template with two practices, one clone a test.

Integration tests really commit, as the roles the product runs as; nothing is mocked but KMS.
"""

import copy
import gc
import itertools
import os
import shutil
import tempfile
import typing
from collections.abc import Iterator
from pathlib import Path
from types import MethodType

import hypothesis
import psycopg
import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from psycopg import sql
from sqlalchemy import select
from werkzeug.routing import Rule
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

import wsgi
from shared import clock, keyring
from shared.app import in_app
from shared.cli.database import BOOTSTRAP
from shared.config import Settings, load_settings
from shared.db import db, open_session
from shared.demo.facts import IRONBOUND, SEAGRAPE
from shared.demo.practices import furnish
from shared.models.practice import Practice
from shared.practices.creation import create_practice, creation_context
from shared.practices.keys import load_keys
from tests.keys import LocalKeys
from tests.people import SEEDED_AT, Cast, load_cast
from tools import postgres

ROOT = Path(__file__).parents[1]
TEMPLATE = "bedside_template"
# A server whose data nobody will miss: clones are plain copies of files, nothing waits for a disk.
HASTY = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "8GB",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "jit": "off",
}
# Clones in memory take 40 ms. On ext4 they take ten times that after the first hundred, because
# it will not give a deleted file's inode to a new one for some seconds and looks at each in turn.
MEMORY = Path("/dev/shm")
MEMORY_WANTED = 4 * 2**30  # bytes free
_numbers = itertools.count(1)
# How long an example takes says something about the machine only.
hypothesis.settings.register_profile("bedside", deadline=None)
hypothesis.settings.load_profile("bedside")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--accept` writes golden files anew; read the difference before committing it."""
    parser.addoption("--accept", action="store_true", help="write golden files anew")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Server]:
    """This worker's own Postgres, in memory where there is room."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_WANTED
    place = MEMORY if roomy else tmp_path_factory.mktemp("postgres")
    with tempfile.TemporaryDirectory(prefix="bedside-tests-", dir=place) as folder:
        running = postgres.start(Path(folder), options=HASTY)
        yield running
        running.stop()


class JourneysTogether(LoadScopeScheduling):
    """All journeys share one running practice: one worker walks them, the others do the rest.

    The mark `xdist_group` would say the same, but pytest-xdist 3.8 writes it where pytest 9.2
    no longer looks.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "journeys" if nodeid.startswith("tests/e2e/") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> JourneysTogether:
    """How tests are dealt out to the workers; the largest group, the journeys, goes first."""
    return JourneysTogether(config, log)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not look at it again every few tests."""
    gc.collect()
    gc.freeze()


def make_settings(server: postgres.Server, name: str, data: Path) -> Settings:
    """Settings of a test program on database `name`."""
    return load_settings(
        {
            "BEDSIDE_ENV": "test",
            "BEDSIDE_DATA": str(data),
            "BEDSIDE_SCHEME": "http",
            "BEDSIDE_SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests",
            "BEDSIDE_WEB_DSN": server.dsn_for("bedside_web", name),
            "BEDSIDE_WORKER_DSN": server.dsn_for("bedside_worker", name),
            "BEDSIDE_OWNER_DSN": server.dsn_for("bedside_owner", name),
            "DATABASE_URL": server.dsn_for(),
            "STRIPE_PRACTICE_SECRET_KEY": "sk_test_practice",
            "STRIPE_PRACTICE_WEBHOOK_SECRET": "whsec_practice",
            "STRIPE_CONSULTING_SECRET_KEY": "sk_test_consulting",
            "STRIPE_CONSULTING_WEBHOOK_SECRET": "whsec_consulting",
        }
    )


def make_app(settings: Settings, *, process: str = "web") -> Flask:
    """The whole program on `settings`, with test keys instead of KMS."""
    app = wsgi.make_app(settings, process=process)
    keyring.install(keyring.Keyring(LocalKeys(), in_app(app, load_keys)))
    return app


def upgrade(owner_dsn: str) -> None:
    """Run every migration."""
    alembic = Config()
    alembic.set_main_option("script_location", str(ROOT / "migrations"))
    alembic.attributes["dsn"] = owner_dsn
    command.upgrade(alembic, "head")


@pytest.fixture(scope="session")
def template(server: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated database with both practices, cloned for each test."""
    with psycopg.connect(server.dsn_for(), autocommit=True) as admin:
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(TEMPLATE)))
    with psycopg.connect(server.dsn_for(dbname=TEMPLATE), autocommit=True) as admin:
        admin.execute(BOOTSTRAP.read_text().encode())
    upgrade(server.dsn_for("bedside_owner", TEMPLATE))
    app = make_app(make_settings(server, TEMPLATE, tmp_path_factory.mktemp("data")))
    with app.app_context(), clock.freeze(SEEDED_AT):
        for new in (SEAGRAPE, IRONBOUND):
            context = creation_context()
            with open_session(context) as session:
                create_practice(session, new)
            context = creation_context(context.practice_id)
            with open_session(context) as session:
                furnish(
                    session,
                    session.scalars(
                        select(Practice).where(Practice.id == context.practice_id)
                    ).one(),
                )
        db.engine.dispose()
    return TEMPLATE


@pytest.fixture
def database(server: postgres.Server, template: str) -> Iterator[str]:
    """The name of this test's own database."""
    name = f"bedside_{os.getpid()}_{next(_numbers)}"
    statement = sql.SQL("create database {} template {} strategy file_copy")
    with psycopg.connect(server.dsn_for(), autocommit=True) as admin:
        admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
    yield name
    with psycopg.connect(server.dsn_for(), autocommit=True) as admin:
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def settings(server: postgres.Server, database: str, tmp_path: Path) -> Settings:
    """Settings of the program under test; change them with dataclasses.replace before `app`."""
    return make_settings(server, database, tmp_path)


class CompiledTemplates(BytecodeCache):
    """Templates compiled once a worker, not once a program: each test makes its own program."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key + bucket.checksum in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key + bucket.checksum])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def compiled_templates() -> Iterator[None]:
    """Let all programs of this worker share what Jinja compiled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(Flask.jinja_options, "bytecode_cache", CompiledTemplates())
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_routes() -> Iterator[None]:
    """Let them share what werkzeug reads out of a rule, which depends on the rule's text alone."""
    read: dict[tuple[str, bool | None], Rule] = {}
    compile_rule = Rule.compile

    def compile_once(rule: Rule) -> None:
        if rule.defaults or rule.subdomain or rule.host:
            compile_rule(rule)
            return
        first = read.setdefault((rule.rule, rule.merge_slashes), rule)
        if first is rule:
            compile_rule(rule)
            return
        rule._parts, rule._trace, rule._converters = first._parts, first._trace, first._converters
        rule.arguments = first.arguments
        rule._build = MethodType(typing.cast(MethodType, first._build).__func__, rule)
        rule._build_unknown = MethodType(
            typing.cast(MethodType, first._build_unknown).__func__, rule
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", compile_once)
        yield


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The program on this test's database, inside an application context."""
    app = make_app(settings)
    with app.app_context():
        yield app
        db.engine.dispose()


@pytest.fixture(scope="session")
def story() -> list[Cast]:
    """Who is in the template, and so in every clone of it: read once."""
    return []


@pytest.fixture
def cast(app: Flask, story: list[Cast]) -> Cast:
    """The people and practices of the story; see tests/people.py."""
    if not story:
        story.append(load_cast())
    return copy.deepcopy(story[0])
