"""One file of content: TOML between lines of +++, then Markdown. Says which field is wrong."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from marketing.library.prose import PLACEHOLDER, Prose, render

FENCE = "+++"
LARGEST = 200_000  # bytes; a long article has 20 000
# What a text may ask for: the practice's facts (see marketing.library.words).
FACTS = frozenset("practice legal_name phone email address city states host".split())

Kind = TypeVar("Kind", bound=BaseModel)


class ContentError(Exception):
    """A text that cannot be shown; says which file, which field, and what is wrong with it."""

    def __init__(self, file: str, field: str, problem: str) -> None:
        super().__init__(f"{file}: {field}: {problem}")
        self.file, self.field, self.problem = file, field, problem


@dataclass(frozen=True)
class Entry(Generic[Kind]):
    """A text: its name in addresses, what it says of itself, its body."""

    slug: str
    about: Kind
    body: Prose
    digest: str


def read_text(path: Path, name: str) -> str:
    """The file's text. Raises ContentError for what is too large or no text."""
    if path.stat().st_size > LARGEST:
        raise ContentError(name, "file", f"larger than {LARGEST} bytes")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ContentError(name, "file", "is not UTF-8 text") from error


def split(text: str, name: str) -> tuple[dict[str, Any], str]:
    """Front matter and body. Raises ContentError."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != FENCE:
        raise ContentError(name, "front matter", f"the first line must be {FENCE}")
    for number, line in enumerate(lines[1:], 1):
        if line.strip() == FENCE:
            return parse_toml("\n".join(lines[1:number]), name), "\n".join(lines[number + 1 :])
    raise ContentError(name, "front matter", f"has no closing {FENCE}")


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """Raises ContentError with the place of the mistake."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContentError(name, "front matter", str(error)) from error


def check(kind: type[Kind], values: dict[str, Any], name: str) -> Kind:
    """The values as `kind`. Raises ContentError naming the first field that is wrong."""
    try:
        found = kind.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "front matter"
        raise ContentError(name, field, first["msg"]) from error
    for field, text in _texts(found.model_dump()):
        _check_placeholders(text, name, field)
    return found


def read_entry(kind: type[Kind], slug: str, text: str, digest: str, name: str) -> Entry[Kind]:
    """A whole file. Raises ContentError."""
    values, body = split(text, name)
    about = check(kind, values, name)
    _check_placeholders(body, name, "body")
    return Entry(slug, about, render(body), digest)


def _check_placeholders(text: str, name: str, field: str) -> None:
    unknown = sorted(set(PLACEHOLDER.findall(text)) - FACTS)
    if unknown:
        raise ContentError(name, field, f"no such fact: {{{unknown[0]}}}")


def _texts(value: Any, at: str = "") -> list[tuple[str, str]]:
    if isinstance(value, str):
        return [(at, value)]
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list | tuple):
        parts = enumerate(value)  # type: ignore[assignment]  # keys or numbers, both are names
    else:
        return []
    return [
        found for key, each in parts for found in _texts(each, f"{at}.{key}" if at else str(key))
    ]
