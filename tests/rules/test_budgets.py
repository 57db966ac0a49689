"""Size is what separates a pleasant file from a tired one; these lists may not grow exceptions."""

import ast
from collections.abc import Iterable
from pathlib import Path

from tests.rules.tree import SANDBOX, hand_written_python, named, product, syntax, templates

MODULE_LINES = 300  # 200 is the aim
# An auditor takes this one file away and reads it alone (ADR 15).
ONE_FILE, ONE_FILE_LINES = "tools/verify_audit.py", 510
TEST_MODULE_LINES = 400  # read one test at a time
FUNCTION_LINES = 60  # 40 is the aim
TEMPLATE_LINES = 150  # 80 is the aim
STYLESHEET_LINES = 250
SCRIPT_LINES_IN_ALL = 400
# Devices and the room can only be asked by a browser's own code (ADR 22).
SCRIPTS_OF_THE_CALL = {"shared/web/static/js/visit.js", "shared/web/static/js/check.js"}
SCRIPT_LINES_OF_THE_CALL = 250


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def longer_than(limit: int, paths: Iterable[Path]) -> list[str]:
    return [f"{named(path)}: {lines(path)} lines" for path in paths if lines(path) > limit]


def test_modules_stay_small() -> None:
    programs = [path for path in hand_written_python() if not named(path).startswith("tests/")]
    alone = [path for path in programs if named(path) == ONE_FILE]
    assert longer_than(MODULE_LINES, set(programs) - set(alone)) == []
    assert longer_than(ONE_FILE_LINES, alone) == []


def test_test_modules_stay_readable() -> None:
    tests = [path for path in hand_written_python() if named(path).startswith("tests/")]
    assert longer_than(TEST_MODULE_LINES, tests) == []


def test_templates_stay_small() -> None:
    assert longer_than(TEMPLATE_LINES, templates()) == []


def test_stylesheets_stay_small() -> None:
    assert longer_than(STYLESHEET_LINES, product(".css")) == []


def test_hand_written_scripts_stay_small_in_all() -> None:
    """Ours: the room that the sandbox plays for the video vendor is the vendor's."""
    ours = [path for path in product(".js") if not named(path).startswith(SANDBOX)]
    pages = [path for path in ours if named(path) not in SCRIPTS_OF_THE_CALL]
    assert sum(map(lines, pages)) <= SCRIPT_LINES_IN_ALL
    assert sum(map(lines, set(ours) - set(pages))) <= SCRIPT_LINES_OF_THE_CALL


def test_functions_stay_small() -> None:
    long = [
        f"{named(path)}:{node.lineno} {node.name}: {size} lines"
        for path in hand_written_python()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (size := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert long == []
