"""The control table (docs/controls.toml): what is asked of us, how it is met, what proves it.

A row that says "met" names code and tests; what it names must exist, or the table is refused.
"""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TABLE = "docs/controls.toml"

# What each state must come with besides the sentence that says how.
STATES = {
    "met": ("code", "tests"),
    "part": ("code", "tests", "left"),
    "practice": ("left",),
    "later": ("left",),
    "not met": ("left",),
}


class TableUnsound(Exception):
    """The table cannot be read, or promises what is not there; one line a problem."""


@dataclass(frozen=True, slots=True)
class Control:
    """One requirement. `level` is R or A (HIPAA: required, addressable) or 1, 2 (ASVS)."""

    standard: str
    id: str
    level: str
    asks: str
    state: str
    how: str
    code: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    left: str = ""


@dataclass(frozen=True, slots=True)
class Outside:
    """Requirements that do not apply, and why."""

    standard: str
    ids: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table, in the order in which it was written."""

    standards: dict[str, str]
    controls: tuple[Control, ...]
    outside: tuple[Outside, ...]


def read_table(root: Path = ROOT) -> Table:
    """The table of this program. Raises TableUnsound when a row lacks what its state needs."""
    try:
        raw: dict[str, Any] = tomllib.loads((root / TABLE).read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise TableUnsound(f"{TABLE}: {error}") from error
    try:
        controls = tuple(Control(**_tuples(row)) for row in raw["control"])
        outside = tuple(Outside(**_tuples(row)) for row in raw["outside"])
    except TypeError as error:
        raise TableUnsound(f"{TABLE}: {error}") from error
    table = Table(raw["standards"], controls, outside)
    problems = [*_incomplete(table), *_repeated(table)]
    if problems:
        raise TableUnsound("\n".join(problems))
    return table


def list_missing(table: Table, root: Path = ROOT) -> list[str]:
    """What rows name and is not there: code, and tests where the tests are at hand."""
    missing = []
    for row in table.controls:
        missing += [f"{row.id}: no {path}" for path in row.code if _is_absent(path, root)]
        missing += [f"{row.id}: no test {node}" for node in row.tests if not has_test(node, root)]
    return missing


def sees_tests(root: Path = ROOT) -> bool:
    """False in the image that runs in production: it carries no tests."""
    return (root / "tests").is_dir()


def has_test(node: str, root: Path = ROOT) -> bool:
    """Whether a pytest node id (without parameters) names a test; true where there are none."""
    if not sees_tests(root):
        return True
    path, _, name = node.partition("::")
    return name.partition("[")[0] in _tests_of(root / path)


@cache
def _tests_of(path: Path) -> frozenset[str]:
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text())
    return frozenset(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def _is_absent(path: str, root: Path) -> bool:
    """A file of a folder this image leaves out is not missing."""
    top = root / path.split("/", maxsplit=1)[0]
    return not (root / path).exists() and (top.exists() or sees_tests(root))


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _incomplete(table: Table) -> Iterator[str]:
    for row in table.controls:
        if row.standard not in table.standards:
            yield f"{row.id}: unknown standard {row.standard}"
        if row.state not in STATES:
            yield f"{row.id}: unknown state {row.state}"
            continue
        for name in STATES[row.state]:
            if not getattr(row, name):
                yield f"{row.id}: says {row.state} and has no {name}"


def _repeated(table: Table) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    named = [(row.standard, row.id) for row in table.controls]
    named += [(out.standard, one) for out in table.outside for one in out.ids]
    for key in named:
        if key in seen:
            yield f"{key[1]}: named twice"
        seen.add(key)
