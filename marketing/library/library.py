"""All texts of one practice, its own before the common ones; what is wrong is left out and told."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import structlog
from pydantic import BaseModel

from marketing.library.reading import (
    ContentError,
    Entry,
    check,
    parse_toml,
    read_entry,
    read_text,
)
from marketing.library.schema import (
    SLUG,
    AboutPage,
    Article,
    Gone,
    HomePage,
    Known,
    Moved,
    Page,
    PlacePage,
    PricingPage,
    StepsPage,
    VisitPage,
)

COMMON = "_common"
# The pages every practice has, and how each of them speaks of itself.
PAGES: Mapping[str, type[Page]] = {
    "home": HomePage,
    "how-it-works": StepsPage,
    "visits": Page,
    "pricing": PricingPage,
    "about": AboutPage,
    "locations": Page,
    "faq": Page,
    "articles": Page,
    "contact": Page,
    "privacy": Page,
    "terms": Page,
    "notice-of-privacy-practices": Page,
    "accessibility": Page,
    "telehealth-consent": Page,
    "text-messages": Page,
}
LEGAL = (
    *("notice-of-privacy-practices", "privacy", "terms", "telehealth-consent", "text-messages"),
    "accessibility",
)

Kind = TypeVar("Kind", bound=BaseModel)
log = structlog.get_logger(__name__)
_parsed: dict[tuple[str, str, str], Entry[Any]] = {}


@dataclass(frozen=True)
class Library:
    """A practice's texts as they are in the folder now."""

    digest: str
    pages: Mapping[str, Entry[Any]]
    visits: Mapping[str, Entry[VisitPage]]
    places: Mapping[str, Entry[PlacePage]]
    articles: Mapping[str, Entry[Article]]
    moved: Mapping[str, str]
    gone: Mapping[str, Gone]
    known: Known | None
    problems: tuple[ContentError, ...]


def files_of(folder: Path) -> list[Path]:
    """Every text in a folder; nothing that a link leads out of it to."""
    root = folder.resolve()
    found = [path for path in sorted(folder.rglob("*")) if path.suffix in {".md", ".toml"}]
    return [path for path in found if path.is_file() and path.resolve().is_relative_to(root)]


class _Reader:
    """Reads a folder and notes what is wrong with it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[ContentError] = []
        self.digests: list[str] = []

    def text(self, path: Path) -> tuple[str, str, str] | None:
        """Name, text and digest of a file, or None for one that cannot be read."""
        name = path.relative_to(self.root).as_posix()
        try:
            text = read_text(path, name)
        except ContentError as problem:
            self.problems.append(problem)
            return None
        digest = sha256(text.encode()).hexdigest()
        self.digests.append(f"{name} {digest}")
        return name, text, digest

    def entry(self, kind: type[Kind], path: Path) -> Entry[Kind] | None:
        """One page; read anew only when its content is another."""
        slug = path.stem
        if not re.fullmatch(SLUG, slug):
            name = path.relative_to(self.root).as_posix()
            problem = "use small letters, digits and hyphens"
            self.problems.append(ContentError(name, "file name", problem))
            return None
        read = self.text(path)
        if read is None:
            return None
        name, text, digest = read
        key = (name, kind.__name__, digest)
        if key not in _parsed:
            try:
                _parsed[key] = read_entry(kind, slug, text, digest, name)
            except ContentError as problem:
                self.problems.append(problem)
                return None
        return _parsed[key]

    def entries(self, kind: type[Kind], folder: Path) -> Iterator[tuple[str, Entry[Kind]]]:
        """The good ones of a folder, by name."""
        for path in files_of(folder) if folder.is_dir() else []:
            found = self.entry(kind, path) if path.suffix == ".md" else None
            if found is not None:
                yield found.slug, found

    def table(self, path: Path) -> tuple[str, dict[str, Any]]:
        """A TOML file; nothing where there is none."""
        read = self.text(path) if path.is_file() else None
        if read is None:
            return path.name, {}
        name, text, _ = read
        try:
            return name, parse_toml(text, name)
        except ContentError as problem:
            self.problems.append(problem)
            return name, {}

    def rows(self, kind: type[Kind], name: str, rows: Any) -> list[Kind]:
        """The good rows of a table."""
        found = []
        for row in rows if isinstance(rows, list) else []:
            try:
                found.append(check(kind, row, name))
            except ContentError as problem:
                self.problems.append(problem)
        return found


def read_library(root: Path, slug: str) -> Library:
    """The texts of the practice `slug` under `root`. Never raises for a text: `problems` tells."""
    reader = _Reader(root)
    # A name that is none would lead elsewhere: such a practice has the common texts.
    own = root / (slug if re.fullmatch(SLUG, slug) else COMMON)
    common = root / COMMON
    pages = {
        name: found
        for folder in (common, own)
        for name, kind in PAGES.items()
        if (path := folder / f"{name}.md").is_file()
        and (found := reader.entry(kind, path)) is not None
    }
    visits = dict(reader.entries(VisitPage, own / "visits"))
    places = dict(reader.entries(PlacePage, own / "places"))
    articles = dict(reader.entries(Article, own / "articles"))
    name, table = reader.table(own / "redirects.toml")
    moved = {row.path: row.to for row in reader.rows(Moved, name, table.get("moved"))}
    for old in [old for old, to in moved.items() if to in moved]:
        reader.problems.append(ContentError(name, "to", f"{old} leads to what has moved itself"))
        del moved[old]
    gone = {row.path: row for row in reader.rows(Gone, name, table.get("gone"))}
    name, known = reader.table(own / "practice.toml")
    for problem in reader.problems:
        log.error("content.refused", file=problem.file, field=problem.field)
    return Library(
        digest=sha256("\n".join(reader.digests).encode()).hexdigest()[:16],
        pages=pages,
        visits=visits,
        places=dict(sorted(places.items(), key=lambda each: each[1].about.position)),
        articles=dict(
            sorted(articles.items(), key=lambda each: each[1].about.published, reverse=True)
        ),
        moved=moved,
        gone=gone,
        known=next(iter(reader.rows(Known, name, [known])), None) if known else None,
        problems=tuple(reader.problems),
    )
