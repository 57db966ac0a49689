"""The library at hand: kept in the process, looked at again every few seconds."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app

from marketing.library.library import COMMON, Library, files_of, read_library
from shared.config import Settings

OWN = Path(__file__).parents[1] / "content"
LOOK_EVERY = 5.0  # seconds

Stamp = tuple[tuple[str, int, int], ...]


@dataclass
class Shelf:
    """The practices' texts, by short name."""

    root: Path
    kept: dict[str, tuple[Stamp, Library]] = field(default_factory=dict)
    looked: dict[str, float] = field(default_factory=dict)

    def library(self, slug: str) -> Library:
        """The texts of a practice; read again when a file of them has changed."""
        now = time.monotonic()
        held = self.kept.get(slug)
        if held is not None and now - self.looked[slug] < LOOK_EVERY:
            return held[1]
        stamp = self._stamp(slug)
        if held is None or held[0] != stamp:
            held = self.kept[slug] = (stamp, read_library(self.root, slug))
        self.looked[slug] = now
        return held[1]

    def slugs(self) -> list[str]:
        """The practices that have a folder."""
        folders = sorted(self.root.iterdir()) if self.root.is_dir() else []
        return [each.name for each in folders if each.is_dir() and each.name != COMMON]

    def _stamp(self, slug: str) -> Stamp:
        paths = [
            path
            for folder in {self.root / COMMON, self.root / slug}
            if folder.is_dir() and folder.parent == self.root
            for path in files_of(folder)
        ]
        stats = [(path.as_posix(), path.stat()) for path in paths]
        return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


def content_root(settings: Settings) -> Path:
    """The folder the settings point to, or the program's own."""
    return Path(settings.content).resolve() if settings.content else OWN


def shelf() -> Shelf:
    """This program's one."""
    found = current_app.extensions.get("content")
    if not isinstance(found, Shelf):
        found = current_app.extensions["content"] = Shelf(
            content_root(current_app.config["SETTINGS"])
        )
    return found
