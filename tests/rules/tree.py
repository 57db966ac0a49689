"""The repository as the rules see it: its files by kind, hand-written ones only."""

import ast
import functools
import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("wsgi.py", "admin", "marketing", "portal", "shared")
SANDBOX = "shared/sandbox/"
MAILS = "shared/messaging/templates/"
NOT_OURS = {
    ".git",
    ".venv",
    ".tools",
    ".data",
    "node_modules",
    "__pycache__",
    "vendor",
    "htmlcov",
    "build",
}


@functools.cache
def files() -> tuple[Path, ...]:
    """Every file of ours, in order."""
    found = []
    for folder, below, names in os.walk(ROOT):
        below[:] = [
            name
            for name in below
            if name not in NOT_OURS and (not name.startswith(".") or name == ".ci")
        ]
        found += [Path(folder, name) for name in names if not name.startswith(".coverage")]
    return tuple(sorted(found))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def product(suffix: str) -> Iterator[Path]:
    """Files of the product itself, by suffix."""
    return (
        path for path in files() if path.suffix == suffix and named(path).split("/")[0] in PRODUCT
    )


def hand_written_python() -> Iterator[Path]:
    return (path for path in files() if path.suffix == ".py" and "versions" not in path.parts)


def templates() -> Iterator[Path]:
    """Pages and fragments; mails, which mail programs force to style themselves, are apart."""
    return (path for path in product(".html") if not named(path).startswith(MAILS))


@functools.cache
def syntax(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Names of imported modules with their lines."""
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
