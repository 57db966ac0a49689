"""A runbook is read at night: every command, table and column in it must be there."""

import re
import shlex
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Flask

import shared.models  # noqa: F401 - makes every table known
from shared.config import load_settings
from shared.db import Base
from tests.rules.tree import ROOT
from wsgi import make_app

RUNBOOKS = sorted((ROOT / "docs/runbooks").glob("*.md"))
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
PLACES = re.compile(r"\b(?:from|join)\s+([a-z_]+(?:\.[a-z_]+)?)")
SETTING = re.compile(r"\b(?:BEDSIDE|STRIPE)_[A-Z0-9_]+\b")
# Columns and tables of the log and of Postgres that no model describes.
KNOWN_TABLES = {"pg_stat_activity"}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    nowhere = "postgresql://bedside_web@/bedside?host=/nowhere"
    return make_app(
        load_settings(
            {
                "BEDSIDE_ENV": "test",
                "BEDSIDE_SCHEME": "http",
                "BEDSIDE_DATA": str(tmp_path_factory.mktemp("data")),
                "BEDSIDE_SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests",
                "BEDSIDE_WEB_DSN": nowhere,
                "BEDSIDE_WORKER_DSN": nowhere,
                "BEDSIDE_OWNER_DSN": nowhere,
            }
        )
    )


def commands(path: Path) -> Iterator[list[str]]:
    """What a person would type, from blocks and from between backticks."""
    text = path.read_text()
    lines = [
        line for kind, body in FENCE.findall(text) if kind == "sh" for line in body.split("\n")
    ]
    for line in [*lines, *INLINE.findall(FENCE.sub("", text))]:
        if "..." not in line and line.strip():
            words = _words(line.strip())
            if words:
                yield words


def _words(line: str) -> list[str]:
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return []
    if words[:2] == [".venv/bin/python", "-m"]:
        words = words[1:]
    return words[2:] if words[:2] == ["python", "-m"] and words[2] == "flask" else words


def ours(words: list[str]) -> bool:
    return words[0] in {"flask", "make"} or words[0] in {"python", "-m"}


@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.stem)
def test_commands_exist(path: Path, program: Flask) -> None:
    problems = [
        " ".join(words) for words in commands(path) if ours(words) and not exists(words, program)
    ]
    assert problems == []


def exists(words: list[str], program: Flask) -> bool:
    """Whether a command of ours can be typed like this."""
    if words[0] == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        return all(word in targets or "=" in word for word in words[1:])
    if words[0] == "flask":
        return _flask_command_exists(words[1:], program)
    module = words[words.index("-m") + 1] if "-m" in words else ""
    return not module or find_spec(module) is not None


def _flask_command_exists(words: list[str], program: Flask) -> bool:
    command: Any = program.cli
    while words and isinstance(command, click.Group):
        if words[0] not in command.commands:
            return False
        command, words = command.commands[words[0]], words[1:]
    options = {name for option in command.params for name in option.opts}
    return all(word in options for word in words if word.startswith("-"))


@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.stem)
def test_tables_exist(path: Path) -> None:
    log = set()
    for file in (ROOT / "migrations/sql").glob("log_*.sql"):
        log |= set(re.findall(r"create (?:table|view) (audit\.\w+)", file.read_text()))
    known = {*Base.metadata.tables, *log, *KNOWN_TABLES}
    asked = {
        place
        for kind, body in FENCE.findall(path.read_text())
        if kind == "sql"
        for place in PLACES.findall(body)
    }
    assert asked <= known


@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.stem)
def test_settings_exist(path: Path) -> None:
    settings = "".join(
        (ROOT / f"shared/{name}.py").read_text() for name in ("config", "vendor_settings")
    )
    named = set(SETTING.findall(path.read_text()))
    assert {name for name in named if f'"{name}"' not in settings} == set()
