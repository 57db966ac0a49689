"""The export: everything `tools/verify_audit.py` needs, in one folder, for somebody outside.

`events.ndjson` (an entry a line, in order, then events that belong to none), `checkpoints.ndjson`
(as they lie in the archive), `public-key.pem`. It holds whole records: whose they are is noted
before the first line is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from shared.events import act
from shared.proof import reading
from shared.proof.places import checkpoint_prefix
from shared.proof.work import Work, archive, signing

EVENTS, CHECKPOINTS, PUBLIC_KEY = "events.ndjson", "checkpoints.ndjson", "public-key.pem"

# One look for each patient whose records are in it.
_LOOKS = text("""
    select count(audit.note('look', 'log.exported', 'patient', patient_id, patient_id,
        jsonb_build_object('count', cast(:count as bigint))))
    from (select distinct patient_id from audit.event
        where practice_id = :practice and patient_id is not null) as seen
""")


@dataclass(frozen=True, slots=True)
class Export:
    """What was written."""

    folder: Path
    entries: int
    checkpoints: int


def export_log(work: Work, folder: Path, *, reason: str) -> Export:
    """Write the whole log of a practice into `folder` (made private to the user).

    Raises KeysUnavailable and StorageUnavailable when signatures cannot be had.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with work.session(reason) as session:
        until = reading.head(session, work.practice_id)
        act(session, "log.exported", target=("log", None), count=until)
        session.execute(_LOOKS, {"practice": work.practice_id, "count": until})
    # First what was signed: it must not speak of entries that were written after ours were read.
    checkpoints = export_checkpoints(work, folder)
    written = 0
    with _private(folder / EVENTS).open("wb") as file:
        for line in _lines(work):
            file.write(line.encode() + b"\n")
            written += 1
        for line in reading.loose_lines(work):
            file.write(line.encode() + b"\n")
    return Export(folder, written, checkpoints)


def _lines(work: Work) -> Iterator[str]:
    """Every entry, and those that came while we read: one may say what was erased meanwhile."""
    after = 0
    for _ in range(2):
        with work.session() as session:
            until = reading.head(session, work.practice_id)
        yield from reading.lines(work, after=after, until=until)
        after = until


def export_checkpoints(work: Work, folder: Path) -> int:
    """Write the checkpoints as they are stored, and the public key; returns how many there are."""
    store = archive(work.settings)
    count = 0
    with _private(folder / CHECKPOINTS).open("wb") as file:
        for stored in store.stored(checkpoint_prefix(work.practice_id)):
            file.write(store.read(stored).replace(b"\n", b" ") + b"\n")
            count += 1
    (folder / PUBLIC_KEY).write_bytes(signing(work.settings).public_pem())
    return count


def _private(path: Path) -> Path:
    path.touch(mode=0o600)
    return path
