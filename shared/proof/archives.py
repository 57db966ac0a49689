"""Whether the nightly archives are there, locked, and still say what the log says."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib

from shared import clock
from shared.adapters.storage.archive import NotStored
from shared.proof import reading
from shared.proof.reading import NotedArchive
from shared.proof.report import Report
from shared.proof.work import Work, archive

# The newest are read again every night, the older ones in turn, one a night.
NEWEST = 7


def check_archives(work: Work, report: Report, *, all_of_them: bool = False) -> None:
    """Check that the days follow each other and re-read those whose turn it is."""
    with work.session() as session:
        noted = reading.list_archives(session, work.practice_id)
    after = 0
    for day in noted:
        if day.first_seq != after + 1:
            report.add("archive", day.first_seq, None, f"The archive before {day.on_date} is gone.")
        after = day.last_seq
    for day in noted if all_of_them else _in_turn(noted):
        _check(work, day, report)
        report.tally("archives")


def _in_turn(noted: list[NotedArchive]) -> list[NotedArchive]:
    older, newest = noted[:-NEWEST], noted[-NEWEST:]
    turn = clock.now().toordinal() % len(older) if older else 0
    return older[turn : turn + 1] + newest


def _check(work: Work, day: NotedArchive, report: Report) -> None:
    store = archive(work.settings)
    try:
        stored = store.find(day.stored_as)
        body, locked = store.read(stored), store.locked_until(stored)
    except NotStored:
        report.add("archive", day.first_seq, None, f"The archive of {day.on_date} is gone.")
        return
    if stored.laid_over:
        report.add("archive", day.first_seq, None, f"The archive of {day.on_date} was laid over.")
    if hashlib.sha256(body).digest() != day.sha256:
        report.add("archive", day.first_seq, None, f"The archive of {day.on_date} changed.")
        return
    if locked is None:
        report.add("archive", day.first_seq, None, f"The archive of {day.on_date} is not locked.")
    try:
        lines = gzip.decompress(body).decode().split("\n")[:-1]
    except (OSError, EOFError, zlib.error, UnicodeDecodeError):
        report.add("archive", day.first_seq, None, f"The archive of {day.on_date} is unreadable.")
        return
    _compare(work, day, lines, report)


def _compare(work: Work, day: NotedArchive, lines: list[str], report: Report) -> None:
    """Each archived entry with the log's own link: number, event, both hashes."""
    with work.session() as session:
        links = reading.list_links(
            session, work.practice_id, after=day.first_seq - 1, limit=max(len(lines), 1)
        )
    now = {link.seq: (str(link.leaf.event_id), link.leaf.event_hash.hex(), link.hash.hex())
           for link in links}  # fmt: skip
    expected = range(day.first_seq, day.last_seq + 1)
    archived = {}
    for text in lines:
        line = json.loads(text)
        archived[line["seq"]] = (line["event_id"], line["event_hash"], line["hash"])
    for seq in expected:
        if archived.get(seq) != now.get(seq):
            event_id = archived.get(seq, now.get(seq, ("",)))[0]
            sentence = f"Entry {seq} is not what the archive of {day.on_date} holds."
            report.add("archive", seq, event_id, sentence)
