"""Reads infra/: which resources there are, where and why, as its files say; without Terraform."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import hcl2

INFRA = Path(__file__).parent.parent / "infra"
# What is applied by itself: the cell, the backup account, the state's bucket.
ROOTS = ("cell", "vault", "state")
META = frozenset({"__is_block__", "__comments__"})


@dataclass(frozen=True)
class Resource:
    """One `resource` block. `about` is the comment that stands over it."""

    module: str
    kind: str
    name: str
    body: dict[str, Any] = field(repr=False)
    about: str
    file: str

    @property
    def address(self) -> str:
        """As Terraform calls it."""
        return f"{self.kind}.{self.name}"


@dataclass(frozen=True)
class Call:
    """One `module` block: what a root or module is composed of."""

    module: str
    name: str
    source: str
    body: dict[str, Any] = field(repr=False)


def plain(value: Any) -> Any:
    """HCL as Python: no quotes around texts, no marks of the parser."""
    if isinstance(value, dict):
        return {plain(key): plain(one) for key, one in value.items() if key not in META}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, str) and len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1]
    return value


def files() -> list[Path]:
    """Every file of the configuration; not the tests of it."""
    return sorted(
        path
        for path in INFRA.rglob("*.tf")
        if ".terraform" not in path.parts and "tests" not in path.parts
    )


@cache
def read(path: Path) -> dict[str, Any]:
    """One file, parsed."""
    with path.open() as file:
        return dict(hcl2.load(file))


def module_of(path: Path) -> str:
    """The folder: "cell", or "modules/network"."""
    return path.parent.relative_to(INFRA).as_posix()


@cache
def resources() -> tuple[Resource, ...]:
    """All of them, in the order of files."""
    return tuple(_resources())


def _resources() -> Iterator[Resource]:
    for path in files():
        comments = _comments(path)
        for block in read(path).get("resource", []):
            for kind, named in block.items():
                for name, body in named.items():
                    kind_, name_ = plain(kind), plain(name)
                    yield Resource(
                        module=module_of(path),
                        kind=kind_,
                        name=name_,
                        body=plain(body),
                        about=comments.get((kind_, name_), ""),
                        file=path.relative_to(INFRA.parent).as_posix(),
                    )


def _comments(path: Path) -> dict[tuple[str, str], str]:
    """The comment lines right above each resource."""
    found = {}
    above: list[str] = []
    for line in path.read_text().splitlines():
        if line.startswith("#"):
            above.append(line.lstrip("# "))
            continue
        if match := re.match(r'resource "(\w+)" "([\w-]+)"', line):
            found[match[1], match[2]] = " ".join(above)
        above = []
    return found


def headline(module: str) -> str:
    """The first comment of a module: what it is for."""
    for name in ("main.tf", *(path.name for path in sorted((INFRA / module).glob("*.tf")))):
        path = INFRA / module / name
        if path.is_file() and (text := path.read_text()).startswith("#"):
            lines = [line[1:].strip() for line in text.split("\n\n")[0].splitlines()]
            return " ".join(line for line in lines if line)
    return ""


def calls(module: str) -> list[Call]:
    """What a root or module is composed of."""
    found = []
    for path in sorted((INFRA / module).glob("*.tf")):
        for block in read(path).get("module", []):
            for name, body in plain(block).items():
                source = (INFRA / module / body["source"]).resolve().relative_to(INFRA).as_posix()
                found.append(Call(module, name, source, body))
    return found


def variables(module: str) -> dict[str, dict[str, Any]]:
    """The variables of a root or module, by name."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((INFRA / module).glob("*.tf")):
        for block in read(path).get("variable", []):
            found |= plain(block)
    return found


def outputs(module: str) -> dict[str, dict[str, Any]]:
    """Its outputs, by name."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((INFRA / module).glob("*.tf")):
        for block in read(path).get("output", []):
            found |= plain(block)
    return found


def local_values(module: str) -> dict[str, Any]:
    """Its locals, by name."""
    found: dict[str, Any] = {}
    for path in sorted((INFRA / module).glob("*.tf")):
        for block in read(path).get("locals", []):
            found |= plain(block)
    return found


def the(address: str, module: str) -> dict[str, Any]:
    """The body of one resource. Raises LookupError when it is not there."""
    for one in resources():
        if one.address == address and one.module == module:
            return one.body
    raise LookupError(f"{module} has no {address}")
