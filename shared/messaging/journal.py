"""Mail sent while the database was away: a line each on disk, entered as dispatches later, once.

Operations mail only, to people who run the practice: nothing about a patient ever comes here, so
the lines are plain text that an operator can read on a bad day. One file a day in
$BEDSIDE_DATA/journal, appended and synced before anybody is told that it was sent.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from shared import clock
from shared.ids import new_id

FOLDER = "journal"
# Ids of what was entered: a line of no practice must not be entered under two.
ENTERED = "entered.txt"


@dataclass(frozen=True, slots=True)
class Entry:
    """One mail. `id` is the dispatch's when it is entered; `at` ISO 8601 with a zone."""

    id: str
    at: str
    practice: str
    template: str
    to: str
    status: str
    reason: str | None
    provider: str
    message_id: str | None
    sender: str
    sender_source: str


class Unjournaled(Exception):
    """The disk took no line either. The mail itself may have left."""


def journal_folder(data: Path) -> Path:
    """Where the lines are."""
    return data / FOLDER


def new_entry_id() -> UUID:
    """The id of the mail, here and later in the database."""
    return new_id()


def write_entry(data: Path, entry: Entry) -> Path:
    """Append a line and sync it. Raises Unjournaled."""
    path = journal_folder(data) / f"{clock.now():%Y-%m-%d}.jsonl"
    _append(path, json.dumps(asdict(entry), sort_keys=True))
    return path


def mark_entered(data: Path, ids: Iterable[str]) -> None:
    """Remember what was entered, after it was committed. Raises Unjournaled."""
    for entry_id in ids:
        _append(journal_folder(data) / ENTERED, entry_id)


def read_entered(data: Path) -> frozenset[str]:
    """The ids of what was entered."""
    path = journal_folder(data) / ENTERED
    return frozenset(path.read_text().split()) if path.exists() else frozenset()


def _append(path: Path, line: str) -> None:
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # One write of a whole line: two processes at once do not mix theirs.
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, f"{line}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise Unjournaled(type(error).__name__) from error


def read_entries(data: Path) -> Iterator[Entry]:
    """Every line of every day, oldest first; a line that a crash cut off is left out."""
    for path in sorted(journal_folder(data).glob("*.jsonl")):
        for line in path.read_text().splitlines():
            try:
                read = json.loads(line)
                entry = Entry(**read)
                UUID(entry.id)
            except (TypeError, ValueError):
                continue
            yield entry
