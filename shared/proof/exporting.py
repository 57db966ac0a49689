"""The export: everything `tools/verify_audit.py` needs, in one folder, for somebody outside.

`events.ndjson` (an entry a line, in order, then events that belong to none), `checkpoints.ndjson`
(as they lie in the archive), `public-key.pem`. It holds whole records: whose they are is noted
before the first line is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.events import act
from shared.proof import reading
from shared.proof.places import checkpoint_prefix
from shared.proof.work import Work, archive, signing

EVENTS, CHECKPOINTS, PUBLIC_KEY = "events.ndjson", "checkpoints.ndjson", "public-key.pem"

# Looks a transaction: whoever commits meanwhile waits for the practice's link of the log.
LOOKS_AT_ONCE = 5_000

# One look for each patient whose records are in it, unless this export has noted it already.
_LOOKS = text("""
    select count(audit.note('look', 'log.exported', 'patient', patient_id, patient_id,
        jsonb_build_object('count', cast(:count as bigint))))
    from (select unnest(cast(:patients as uuid[])) as patient_id) as seen
""")
_PATIENTS = text("""
    select distinct patient_id from audit.event
    where practice_id = :practice and patient_id is not null
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
        count = reading.head(session, work.practice_id)
        act(session, "log.exported", target=("log", None), count=count)
        noted = _patients(session, work)
        first, *more = _batches(noted)
        _note(session, first, count)
    for batch in more:
        with work.session(reason) as session:
            _note(session, batch, count)
    # First what was signed: it must not speak of entries that come after our snapshot.
    checkpoints = export_checkpoints(work, folder)
    with work.session(reason) as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        until = reading.head(session, work.practice_id)
        # Whoever came since the looks were noted; noted and committed before a line is written.
        late = _patients(session, work) - noted
        for batch in _batches(late) if late else ():
            with work.session(reason) as other:
                _note(other, batch, until)
        written = _write(session, work, folder / EVENTS, until)
    return Export(folder, written, checkpoints)


def _patients(session: Session, work: Work) -> set[UUID]:
    """Whose records the log holds, as this transaction sees it."""
    return set(session.scalars(_PATIENTS, {"practice": work.practice_id}))


def _batches(patients: Iterable[UUID]) -> list[list[UUID]]:
    """At least one, which may be empty."""
    every = sorted(patients)
    starts = range(0, max(len(every), 1), LOOKS_AT_ONCE)
    return [every[start : start + LOOKS_AT_ONCE] for start in starts]


def _note(session: Session, patients: list[UUID], count: int) -> None:
    session.execute(_LOOKS, {"patients": patients, "count": count})


def _write(session: Session, work: Work, path: Path, until: int) -> int:
    """Every line of one snapshot; returns how many."""
    written = 0
    with _private(path).open("wb") as file:
        for line in reading.lines_of(session, work.practice_id, until=until):
            file.write(line.encode() + b"\n")
            written += 1
        for line in reading.loose_lines_of(session, work.practice_id):
            file.write(line.encode() + b"\n")
    return written


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
