"""What Python of ours may not do, wherever it is."""

import ast
import re
from pathlib import Path

from shared.events import UNLOGGED
from tests.rules.tree import SANDBOX, hand_written_python, imported, named, product, syntax

OTHER_CLOCKS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"),
    *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.date.today"),
}
# Rebuilding records from the log writes them as the log tells; it has no act of its own.
REBUILDS = ("shared/replay/",)
WRITES = re.compile(r"\s*(?:insert into|update|delete from)\s+(?:public\.)?([a-z_]+)")
VENDOR_SDKS = {"boto3", "botocore", "stripe"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b|#\s*type:\s*ignore(?!\[)")


def calls(path: Path) -> list[tuple[str, int]]:
    return [
        (ast.unparse(node.func), node.lineno)
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Call)
    ]


def test_there_is_one_clock() -> None:
    others = [
        f"{named(path)}:{line} {name}"
        for path in product(".py")
        if named(path) != "shared/clock.py" and not named(path).startswith(SANDBOX)
        for name, line in calls(path)
        if name in OTHER_CLOCKS
    ]
    assert others == []


def test_only_adapters_import_a_vendors_sdk() -> None:
    strangers = [
        f"{named(path)}:{line} {module}"
        for path in product(".py")
        if not named(path).startswith((SANDBOX, "shared/adapters/"))
        for module, line in imported(path)
        if module.split(".")[0] in VENDOR_SDKS
    ]
    assert strangers == []


def test_sandbox_is_imported_by_nobody() -> None:
    users = [
        f"{named(path)}:{line}"
        for path in product(".py")
        if not named(path).startswith(SANDBOX)
        for module, line in imported(path)
        if module.startswith("shared.sandbox")
    ]
    assert users == []


def test_plain_sql_writes_no_record() -> None:
    """Text reaches the database past the rule that every change has an act (ADR 13)."""
    writing = [
        f"{named(path)}:{node.lineno} {found[1]}"
        for path in product(".py")
        if not named(path).startswith((SANDBOX, *REBUILDS))
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("text")
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
        if (found := WRITES.match(part.value)) and found[1] not in UNLOGGED
    ]
    assert writing == []


def test_nothing_is_left_unfinished() -> None:
    left = [
        f"{named(path)}:{number} {line.strip()}"
        for path in hand_written_python()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert left == []


def test_product_never_reads_the_environment_but_in_config() -> None:
    """Settings are typed and described in one place; the sandbox has its own."""
    readers = [
        f"{named(path)}:{node.lineno}"
        for path in product(".py")
        if named(path) != "shared/config.py" and not named(path).startswith(SANDBOX)
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv"}
    ]
    assert readers == []
