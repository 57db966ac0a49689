"""testkit.toml is a promise to programs we do not know: what it names is there."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import shared.models  # noqa: F401 - makes every table known
from shared.config import Settings, load_settings
from shared.db import Base
from tests.rules.tree import ROOT, product, templates
from wsgi import make_app

KIT: dict[str, Any] = tomllib.loads((ROOT / "testkit.toml").read_text())
GIVEN = {"PORT", "SANDBOX_PORT", "BEDSIDE_DATA", "PATIENTS", "PWD", "REPLAY_INTO"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    nowhere = "postgresql://bedside_web@/bedside?host=/nowhere"
    return load_settings(
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


@pytest.fixture(scope="module")
def paths(settings: Settings) -> set[str]:
    """Every path of the program, parameters named alike."""
    rules = make_app(settings).url_map.iter_rules()
    return {re.sub(r"<[^>]*?(\w+)>", r"{\1}", rule.rule) for rule in rules}


def strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, str):
        yield value


def test_variables_are_those_a_reader_knows() -> None:
    used = {name for text in strings(KIT) for name in re.findall(r"\$\{(\w+)\}", text)}
    assert used <= GIVEN


@pytest.mark.parametrize("name", [name for name, text in KIT["commands"].items() if text])
def test_command_exists(name: str, settings: Settings) -> None:
    words = shlex.split(KIT["commands"][name])
    if words[0] == "make":
        assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
        return
    assert words[:2] == [".venv/bin/python", "-m"]
    assert find_spec(words[2]) is not None
    if words[2] == "flask":
        group: Any = make_app(settings).cli
        for word in words[3:]:
            if word.startswith("-") or not hasattr(group, "commands"):
                break
            assert word in group.commands, f"flask {word}"
            group = group.commands[word]


@pytest.mark.parametrize("name", KIT["tables"])
def test_table_and_columns_exist(name: str) -> None:
    described = KIT["tables"][name]
    table = Base.metadata.tables[described["name"]]
    missing = {column for key, column in described.items() if key != "name"} - set(table.c.keys())
    assert missing == set()


def test_audit_names_exist() -> None:
    sql = (ROOT / "migrations/sql/log_tables.sql").read_text()
    audit = KIT["audit"]
    for table in ("event", "payload", "link", "checkpoint"):
        assert f"create table {audit['schema']}.{audit[table]} (" in sql
    for column in ("actor", "action", "target", "patient", "at", "sequence", "hash"):
        assert re.search(rf"^    {audit[column]} ", sql, re.MULTILINE), column


def test_paths_exist(paths: set[str]) -> None:
    wanted = {*KIT["webhooks"].values(), *KIT["paths"].values(), *KIT["health"].values()}
    shapes = [re.compile(re.sub(r"\{\w+\}", "[^/]+", path)) for path in paths]
    assert [path for path in wanted if not any(one.fullmatch(path) for one in shapes)] == []


def test_test_ids_stand_in_a_template() -> None:
    text = "\n".join(path.read_text() for path in templates())
    wanted = [*KIT["testids"].values(), *KIT["sandbox_testids"].values()]
    absent = [one for one in wanted if f'"{one}"' not in text]
    assert absent == []


def test_environment_names_are_read_by_the_product() -> None:
    text = "\n".join(path.read_text() for path in product(".py"))
    native = {"AWS_ENDPOINT_URL_SESV2", "AWS_ENDPOINT_URL_KMS", "AWS_ENDPOINT_URL_S3"}
    native |= {"AWS_ENDPOINT_URL_SNS", "FLASK_APP"}  # read by boto3 and flask themselves
    unread = [one for one in KIT["environment"].values() if one not in native and one not in text]
    assert unread == []


def test_logs_are_those_the_launcher_writes() -> None:
    launcher = Path(ROOT / "tools/run.py").read_text()
    for name in ("web", "worker", "sandbox"):
        assert KIT["logs"][name].endswith(f"/logs/{name}.log")
        assert f'"{name}"' in launcher
