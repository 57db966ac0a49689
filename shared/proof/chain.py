"""Whether the log is what it was: every hash recomputed, every entry compared with what was signed.

Findings name an entry each; the first does not end the check. `tools/verify_audit.py` does the same
from outside, and says more about what was done.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.proof import reading
from shared.proof.forms import Leaf, chain_start, event_hash, link_hash
from shared.proof.report import MOST_FINDINGS, Report
from shared.proof.work import Work

# The shortest period of any class; an erasure of something younger excuses nothing.
SHORTEST_PERIOD = timedelta(days=6 * 365)
BODY = '"body" : '


def check_chain(work: Work, report: Report, proven: Iterator[tuple[int, Leaf]]) -> None:
    """Recompute every hash of the log, and compare with what the checkpoints vouch for."""
    with work.session() as session:
        until = reading.head(session, work.practice_id)
    walk = _Walk(work, report, chain_start(work.practice_id))
    vouched = next(proven, None)
    for text in reading.lines(work, after=0, until=until):
        line = json.loads(text)
        seq = int(line["seq"])
        while vouched is not None and vouched[0] < seq:
            report.add("missing", vouched[0], vouched[1].event_id, f"Entry {vouched[0]} is gone.")
            vouched = next(proven, None)
        walk.step(seq, line, text)
        if vouched is not None and vouched[0] == seq:
            if str(vouched[1].event_id) != line["event_id"] or (
                vouched[1].event_hash.hex() != line["event_hash"]
            ):
                sentence = f"Entry {seq} is not the one that was signed."
                report.add("rewritten", seq, vouched[1].event_id, sentence)
            report.tally("covered")
            vouched = next(proven, None)
    _check_end(work, report, vouched, proven)
    walk.end()
    report.tally("entries", until)


def _check_end(
    work: Work, report: Report, vouched: tuple[int, Leaf] | None, proven: Iterator[tuple[int, Leaf]]
) -> None:
    """What was signed beyond the end: cut off, unless it was written and sealed meanwhile."""
    end = 0
    while vouched is not None:
        if vouched[0] > end:
            with work.session() as session:
                end = reading.head(session, work.practice_id)
        if vouched[0] > end:
            sentence = f"Entry {vouched[0]} was cut off the end."
            report.add("truncated", vouched[0], vouched[1].event_id, sentence)
        vouched = next(proven, None)


class _Walk:
    """One pass along the chain."""

    def __init__(self, work: Work, report: Report, start: bytes) -> None:
        self.work, self.report = work, report
        self.before: bytes | None = start
        self.next = 1
        self.contentless: list[tuple[int, str, datetime]] = []

    def step(self, seq: int, line: dict[str, Any], text: str) -> None:
        for gap in range(self.next, min(seq, self.next + MOST_FINDINGS)):
            self.report.add("missing", gap, None, f"Entry {gap} is gone.")
            self.before = None
        self.next = seq + 1
        hashed = bytes.fromhex(line["event_hash"])
        follows = self.before is None or link_hash(self.before, seq, hashed).hex() == line["hash"]
        if not follows:
            sentence = f"Entry {seq} does not follow from the entries before it."
            self.report.add("relinked", seq, line["event_id"], sentence)
        self.before = bytes.fromhex(line["hash"])
        event = line["event"]
        if event is None:
            self.report.add("missing", seq, line["event_id"], f"The event of entry {seq} is gone.")
        elif event_hash(event) != hashed:
            self.report.add("altered", seq, line["event_id"], f"The event of entry {seq} changed.")
        else:
            self._contents(seq, line, text)

    def _contents(self, seq: int, line: dict[str, Any], text: str) -> None:
        event, payload = line["event"], line["payload"]
        if payload is None:
            at = datetime.strptime(event["at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
            self.contentless.append((seq, event["id"], at))
            return
        # As the database prints it: the body stands last, and inside it keys have no such space.
        body = text[text.index(BODY) + len(BODY) : -2]
        salted = bytes.fromhex(payload["salt"]) + body.encode()
        same = all(payload[name] == event[name] for name in ("practice_id", "patient_id", "kind"))
        if hashlib.sha256(salted).hexdigest() != event["payload_hash"] or not same:
            self.report.add("altered", seq, event["id"], f"The contents of entry {seq} changed.")

    def end(self) -> None:
        """What can only be said at the end: loose events, and contents gone without a reason."""
        for text in reading.loose_lines(self.work):
            line = json.loads(text)
            self.report.add("inserted", None, line["event_id"], "An event belongs to no entry.")
        with self.work.session() as session:
            erasures = reading.list_erasures(session, self.work.practice_id)
        for seq, event_id, at in self.contentless:
            if not any(
                at < erased - SHORTEST_PERIOD and includes(entries, seq)
                for erased, entries in erasures
            ):
                self.report.add("missing", seq, event_id, f"The contents of entry {seq} are gone.")
        self.report.tally("erased", len(self.contentless))


def includes(entries: str, seq: int) -> bool:
    """Whether "3-7,12" names entry `seq`."""
    for part in entries.split(","):
        first, _, last = part.partition("-")
        if first and int(first) <= seq <= int(last or first):
            return True
    return False
