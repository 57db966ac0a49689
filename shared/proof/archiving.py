"""The nightly archive: each local day's entries as they stand, compressed, locked for six years.

The days follow each other without a gap: a day begins after the last entry of the archive before
it, so an entry that was written late lies in the next one. What is due is read from the log, never
from the calendar: late runs catch up, double runs find the place taken.
"""

from __future__ import annotations

import gzip
import hashlib
import io
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text

from shared import clock
from shared.adapters.storage.s3 import AlreadyStored
from shared.proof import reading
from shared.proof.places import archive_prefix
from shared.proof.reading import NotedArchive
from shared.proof.restores import last_fork
from shared.proof.sealing import KEPT_FOR
from shared.proof.work import LogBroken, Work, archive

# A transaction that began before midnight has ended by then.
AFTER_MIDNIGHT = timedelta(minutes=15)
GZIP = "application/gzip"

_NOTE = text("""
    select audit.note_archive(:on_date, :first_seq, :last_seq, :sha256, :stored_as, :made_at)
""")


def archive_log(work: Work) -> int:
    """Archive every local day that is over and is not archived; returns how many were.

    Raises StorageUnavailable, to be run again; LogBroken when the place of a day holds something
    else than that day.
    """
    made = 0
    while (due := _due(work)) is not None:
        _note(work, _store(work, due, _pack(work, due)))
        made += 1
    return made


def _due(work: Work) -> NotedArchive | None:
    """The oldest day that is over and has entries not yet archived; its hash is still empty."""
    with work.session() as session:
        zone = ZoneInfo(reading.zone_of(session, work.practice_id))
        noted = reading.list_archives(session, work.practice_id)
        fork = last_fork(session, work.practice_id)
        after = noted[-1].last_seq if noted else 0
        first = reading.first_entry_after(session, work.practice_id, after)
        if first is None:
            return None
        on_date = first[1].astimezone(zone).date()
        if noted:
            on_date = max(on_date, noted[-1].on_date + timedelta(days=1))
        if (clock.now() - AFTER_MIDNIGHT).astimezone(zone).date() <= on_date:
            return None
        end = _midnight_after(on_date, zone)
        last = reading.last_entry_before(session, work.practice_id, after=after, before=end)
    place = f"{archive_prefix(work.practice_id, fork)}{on_date}.ndjson.gz"
    return NotedArchive(on_date, first[0], last or first[0], b"", place, clock.now())


def _midnight_after(on_date: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(on_date + timedelta(days=1), time(), zone)


def _pack(work: Work, due: NotedArchive) -> bytes:
    """The day's lines; the same entries always make the same bytes."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
        for line in reading.lines(work, after=due.first_seq - 1, until=due.last_seq):
            file.write(line.encode() + b"\n")
    return packed.getvalue()


def _store(work: Work, due: NotedArchive, body: bytes) -> NotedArchive:
    """Store the day. Where an earlier run stored it and died, take what lies there.

    That may lack entries that were written since; they belong to the next day's archive then.
    """
    last = due.last_seq
    try:
        archive(work.settings).put(
            due.stored_as, body, content_type=GZIP, keep_until=clock.now() + KEPT_FOR
        )
    except AlreadyStored:
        ours, body = gzip.decompress(body), archive(work.settings).get(due.stored_as)
        stored = gzip.decompress(body)
        if not stored or not ours.startswith(stored):
            raise LogBroken("a day's place in the archive holds something else") from None
        last = due.first_seq + stored.count(b"\n") - 1
    digest = hashlib.sha256(body).digest()
    return replace(due, last_seq=last, sha256=digest)


def _note(work: Work, made: NotedArchive) -> None:
    values = {
        "on_date": made.on_date,
        "first_seq": made.first_seq,
        "last_seq": made.last_seq,
        "sha256": made.sha256,
        "stored_as": made.stored_as,
        "made_at": made.made_at,
    }
    with work.session() as session:
        session.execute(_NOTE, values)
