"""Migrations are one line of history, numbered in order."""

import re

from alembic.config import Config
from alembic.script import ScriptDirectory

from tests.rules.tree import ROOT


def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return ScriptDirectory.from_config(config)


def test_migrations_are_linear() -> None:
    revisions = list(script().walk_revisions())
    assert len(script().get_heads()) == 1
    assert len(script().get_bases()) == 1
    assert not any(revision.is_branch_point or revision.is_merge_point for revision in revisions)


def test_migration_files_are_numbered_in_the_order_they_run() -> None:
    names = [
        revision.path.rsplit("/", 1)[1] for revision in reversed(list(script().walk_revisions()))
    ]
    assert names == sorted(names)
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name) for name in names)
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
