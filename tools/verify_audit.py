"""Verifies an export of Bedside's event log: names the first entry that is not as it was.

    verify_audit.py EXPORT [--checkpoints FILE] [--public-key PEM] [--part]
    verify_audit.py --live

EXPORT is a folder as `flask audit export` writes it, a folder of such folders, or a file of lines
(.gz too) as the export, the nightly archive or `psql -At -c "select line from audit.line ..."` hold
them. `--part`: the file is a piece of the log, such as one archive. `--live` exports first, by the
program's own command. Exit code 0: everything holds; 1: something was done; 2: cannot be read.

This one file needs Python's standard library and `cryptography`; it shares no code with the program
it checks. What is hashed and signed: docs/adr/0015.
"""

import argparse
import base64
import bisect
import gzip
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

FIELDS = (
    *("id", "practice_id", "act_id", "kind", "at", "actor_kind", "actor_id", "on_behalf_of"),
    *("session_id", "request_id", "db_role", "reason", "action", "target_type", "target_id"),
    *("patient_id", "schema_revision", "payload_hash"),
)
SHOWN = 20
YEARS_KEPT = 6  # nothing is erased before
Leaf = tuple[str, str]  # event id, event hash
as_json = json.JSONEncoder(ensure_ascii=False).encode


class Unreadable(Exception):
    """What was given is no export."""


@dataclass(frozen=True)
class Finding:
    kind: str
    seq: int | None
    event_id: str | None
    sentence: str


@dataclass
class Checkpoint:
    """One signed statement: what the entries from `first` to `last` were."""

    message: bytes
    said: dict[str, Any]
    signature: bytes
    # 48 bytes an entry: its event's id (16) and hash (32).
    leaves: bytes

    @property
    def first(self) -> int:
        return int(self.said["first_seq"])

    @property
    def last(self) -> int:
        return int(self.said["last_seq"])


@dataclass
class Log:
    """One practice's log as it is now, what was signed of it, and what was found."""

    practice_id: str = ""
    signed: list[Checkpoint] = field(default_factory=list)
    # How far the checkpoints reach, and when the last one was made.
    covered: int = 0
    sealed_at: str = ""
    # The checkpoint that was asked last: the next question is about its next entry.
    near: tuple[int, int, bytes] = (0, -1, b"")
    entries: int = 0
    first_seq: int = 0
    last_seq: int = 0
    # Where now and then differ: numbers, and what stands there now.
    last_same: int = 0
    differing: set[int] = field(default_factory=set)
    now: dict[str, tuple[int, str]] = field(default_factory=dict)
    loose: list[str] = field(default_factory=list)
    contentless: list[tuple[int, str, str]] = field(default_factory=list)
    erasures: list[tuple[str, str]] = field(default_factory=list)
    # Declared restores: when, and what was said; what they leave beyond, by digest; what of that
    # still has to hold, by entry.
    restores: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    void: dict[str, int] = field(default_factory=dict)
    kept: dict[int, Leaf] = field(default_factory=dict)
    findings: dict[tuple[int | None, str | None], Finding] = field(default_factory=dict)

    def add(self, kind: str, seq: int | None, event_id: str | None, sentence: str) -> None:
        """Keep the first finding about an entry: the later ones follow from it."""
        self.findings.setdefault((seq, event_id), Finding(kind, seq, event_id, sentence))

    def original(self, seq: int) -> Leaf | None:
        """What the checkpoints say entry `seq` was."""
        first, last, leaves = self.near
        if not first <= seq <= last:
            at = bisect.bisect_right(self.signed, seq, key=lambda one: one.first) - 1
            if at < 0 or seq > self.signed[at].last:
                return None
            one = self.signed[at]
            self.near = first, last, leaves = one.first, one.last, one.leaves
        return leaf_at(leaves, seq - first)


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def canonical(value: Any) -> str:
    """As Postgres prints jsonb: keys by length, then bytes; plain numbers; raw UTF-8."""
    if isinstance(value, dict):
        ordered = sorted(value.items(), key=lambda item: (len(item[0].encode()), item[0].encode()))
        return "{" + ", ".join(f"{canonical(k)}: {canonical(v)}" for k, v in ordered) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(canonical, value)) + "]"
    if isinstance(value, Decimal):
        return format(value, "f")
    return as_json(value)


def event_hash(event: dict[str, Any]) -> str:
    listed = as_json([event.get(name) for name in FIELDS])
    return sha256(listed.encode()).hex()


def merkle_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1."""
    level = [sha256(b"\x00", leaf) for leaf in leaves]
    while len(level) > 1:
        pairs = [sha256(b"\x01", a, b) for a, b in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0] if level else sha256(b"")


def read_lines(path: Path, holding: bytes = b"") -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for raw in file:
                if raw.strip() and holding in raw:
                    yield json.loads(raw, parse_float=Decimal)
    except (OSError, EOFError, ValueError) as error:
        raise Unreadable(f"{path}: {error}") from error


def read_checkpoint(outer: dict[str, Any]) -> Checkpoint:
    try:
        message = outer["message"].encode()
        leaves = base64.b64decode(outer["leaves"], validate=True)
        signature = base64.b64decode(outer["signature"], validate=True)
        one = Checkpoint(message, json.loads(message), signature, leaves)
        if one.first > one.last or len(leaves) % 48:
            raise Unreadable("a checkpoint says nothing")
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise Unreadable(f"a line is no checkpoint: {error}") from error
    return one


def leaf_at(leaves: bytes, place: int) -> Leaf:
    name = leaves[place * 48 : place * 48 + 16].hex()
    written = f"{name[:8]}-{name[8:12]}-{name[12:16]}-{name[16:20]}-{name[20:]}"
    return written, leaves[place * 48 + 16 : place * 48 + 48].hex()


def find_restores(log: Log, path: Path) -> None:
    """What the log itself says of restores, before it is walked; the walk proves these entries."""
    for line in read_lines(path, holding=b'"log.restored"'):
        event, payload = line["event"] or {}, line["payload"] or {}
        if (event.get("action"), event.get("kind")) == ("log.restored", "act") and line["seq"]:
            body = payload.get("body", {})
            log.restores.append((event["at"], body))
            log.void |= {one["sha256"]: int(body["last_kept"]) for one in body.get("void", [])}


def set_aside(log: Log, found: list[Checkpoint]) -> list[Checkpoint]:
    """All but what a restore was declared beyond; what that says of kept entries still counts."""
    standing = []
    for one in found:
        last_kept = log.void.get(sha256(one.message).hex())
        if last_kept is None:
            standing.append(one)
            continue
        for seq in range(one.first, min(one.last, last_kept) + 1):
            log.kept[seq] = leaf_at(one.leaves, seq - one.first)
    return standing


def check_checkpoints(log: Log, found: list[Checkpoint], keys: list[Any]) -> None:
    """Believe what is signed, whole, and follows the one before; find what is not."""
    found = sorted(set_aside(log, found), key=lambda one: one.first)
    before: Checkpoint | None = None
    for one in found:
        log.practice_id = log.practice_id or str(one.said["practice_id"])
        last, previous = (before.last, sha256(before.message).hex()) if before else (0, None)
        chain = before.said["chain_hash"] if before else sha256(UUID(log.practice_id).bytes).hex()
        count = len(one.leaves) // 48
        root = merkle_root([one.leaves[at * 48 : at * 48 + 48] for at in range(count)])
        for place in range(count):
            chain = link_hash(chain, one.first + place, leaf_at(one.leaves, place)[1])
        trouble = [
            (not is_signed(one, keys), "is not signed by the given key"),
            (root.hex() != one.said["merkle_root"], "does not hold together"),
            (count != one.last - one.first + 1, "does not hold together"),
            (one.said["practice_id"] != log.practice_id, "belongs to another log"),
            (one.first != last + 1, "does not follow: one before it is missing"),
            (one.said["previous_hash"] != previous, "does not follow the one before it"),
            (one.said["chain_hash"] != chain, "does not end the chain it says"),
        ]
        for wrong, words in trouble:
            if wrong:
                sentence = f"The checkpoint over entries {one.first} to {one.last} {words}."
                log.add("checkpoint", one.first, "checkpoint", sentence)
        if not any(wrong for wrong, _ in trouble[:4]):
            log.signed.append(one)
            log.covered, log.sealed_at = one.last, str(one.said["made_at"])
        before = one


def is_signed(one: Checkpoint, keys: list[Any]) -> bool:
    for key in keys:
        try:
            key.verify(one.signature, one.message, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            continue
        return True
    return not keys


def link_hash(before: str, seq: int, hashed: str) -> str:
    return sha256(bytes.fromhex(before), seq.to_bytes(8, "big"), bytes.fromhex(hashed)).hex()


def walk(log: Log, lines: Iterator[dict[str, Any]], *, part: bool) -> None:
    """One pass along the log as it is: numbers, hashes, contents, what was signed."""
    before: set[str] = set()
    for line in lines:
        event, name, seq = line["event"], line["event_id"], line["seq"]
        if seq is None:
            log.loose.append(name)
            continue
        log.practice_id = log.practice_id or (event or {}).get("practice_id", "")
        if not log.entries and part:
            log.first_seq, log.last_seq = seq, seq - 1
        elif not log.entries and log.practice_id:
            before = {sha256(UUID(log.practice_id).bytes).hex()}
        if seq != log.last_seq + 1:
            gap(log, seq)
            before = set()
        follows = {link_hash(one, seq, line["event_hash"]) for one in before}
        if follows and line["hash"] not in follows:
            sentence = f"Entry {seq} does not follow from the entries before it."
            log.add("relinked", seq, name, sentence)
        # A link that was changed alone makes one finding: the next may follow what it was.
        before = {line["hash"], *follows} if len(follows) < 2 else {line["hash"]}
        log.entries, log.last_seq = log.entries + 1, seq
        was = log.original(seq)
        if log.kept.get(seq, (name, line["event_hash"])) != (name, line["event_hash"]):
            log.add("altered", seq, name, f"Entry {seq} is not what was signed before the restore.")
        if was == (name, line["event_hash"]):
            log.last_same = seq
        else:
            log.now[name] = (seq, line["event_hash"])
            log.differing |= {seq} if was else set()
        check_entry(log, seq, line)


def gap(log: Log, seq: int) -> None:
    """The numbers jump: entries are missing, or lines were shuffled."""
    if seq <= log.last_seq:
        log.add("reordered", seq, None, f"Entry {seq} stands after entry {log.last_seq}.")
    for absent in range(log.last_seq + 1, seq):
        log.differing.add(absent)
        if log.original(absent) is None and absent < log.last_seq + SHOWN:
            log.add("missing", absent, None, f"Entry {absent} is missing.")


def check_entry(log: Log, seq: int, line: dict[str, Any]) -> None:
    event, payload, name = line["event"], line["payload"], line["event_id"]
    if event is None:
        log.add("missing", seq, name, f"The event of entry {seq} was deleted.")
        return
    if event_hash(event) != line["event_hash"] or event["id"] != name:
        log.add("altered", seq, name, f"The event of entry {seq} was altered.")
        return
    if payload is None:
        log.contentless.append((seq, name, event["at"]))
        return
    salt, body = bytes.fromhex(payload["salt"]), payload["body"]
    copied = ("practice_id", "patient_id", "kind")
    if any(payload.get(one) != event[one] for one in copied) or not is_hash_of(
        event["payload_hash"], salt, body
    ):
        log.add("altered", seq, name, f"The contents of entry {seq} were altered.")
    elif (event["action"], event["kind"]) == ("payload.erased", "act"):
        log.erasures.append((event["at"], str(body.get("entries", ""))))


def is_hash_of(wanted: str, salt: bytes, body: Any) -> bool:
    try:  # the export keeps the order of keys, so this is nearly always it
        if sha256(salt, as_json(body).encode()).hex() == wanted:
            return True
    except TypeError:
        pass
    return sha256(salt, canonical(body).encode()).hex() == wanted


def compare(log: Log, *, part: bool) -> None:
    """What was done to entries that a checkpoint vouches for, although the chain may hold."""
    if not part:
        log.differing.update(range(log.last_seq + 1, log.covered + 1))
    was = {leaf[0]: (seq, leaf[1]) for seq in log.differing if (leaf := log.original(seq))}
    for name in log.loose:
        if name in was:
            sentence = f"The link of entry {was[name][0]} was deleted; its event is still there."
            log.add("missing", was[name][0], name, sentence)
        else:
            log.add("inserted", None, name, "An event was inserted that belongs to no entry.")
    kept = [name for name in log.now if name in was]
    end = max([log.last_same, *(was[name][0] for name in kept)])
    for name, (seq, hashed) in was.items():
        if name not in log.now:
            kind, words = ("truncated", "cut off the end") if seq > end else ("missing", "removed")
            log.add(kind, seq, name, f"Entry {seq} was {words}.")
        elif log.now[name][1] != hashed:
            sentence = f"Entry {seq} was altered, and the log after it written anew."
            log.add("altered", log.now[name][0], name, sentence)
    last_kept = max([log.last_same, *(log.now[name][0] for name in kept)])
    for name, (seq, _) in log.now.items():
        if name not in was and seq < last_kept and seq in log.differing:
            log.add("inserted", seq, name, f"Entry {seq} was inserted.")
    for name in out_of_order([(was[name][0], name) for name in kept]):
        sentence = f"Entry {log.now[name][0]} was entry {was[name][0]}: the order was changed."
        log.add("reordered", log.now[name][0], name, sentence)


def check_contents(log: Log) -> None:
    """Contents may be absent only where an entry of the log says that they were erased in time."""
    erased: list[tuple[str, int, int]] = []
    for at, entries in log.erasures:
        for one in filter(None, entries.split(",")):
            first, _, last = one.partition("-")
            erased.append((at, int(first), int(last or first)))
    for seq, name, at in log.contentless:
        old_enough = f"{int(at[:4]) + YEARS_KEPT}{at[4:]}" if at[:4].isdigit() else "~"
        if not any(a <= seq <= b and old_enough <= when for when, a, b in erased):
            log.add("missing", seq, name, f"The contents of entry {seq} were deleted.")


def out_of_order(places: list[tuple[int, str]]) -> set[str]:
    """All but a longest rising run: the fewest that must have been moved."""
    tails: list[int] = []
    ranks = []
    for place, _ in places:
        at = bisect.bisect_left(tails, place)
        tails[at : at + 1] = [place]
        ranks.append(at)
    wanted, moved = len(tails) - 1, set()
    for (_, name), rank in zip(reversed(places), reversed(ranks), strict=True):
        if rank == wanted:
            wanted -= 1
        else:
            moved.add(name)
    return moved


def verify(export: Path, checkpoints: Path | None, keys: list[Any], *, part: bool = False) -> Log:
    """Read one log and everything signed of it. Raises Unreadable."""
    log = Log()
    try:
        find_restores(log, export)
        if checkpoints is not None:
            found = [read_checkpoint(line) for line in read_lines(checkpoints)]
            check_checkpoints(log, found, keys)
        walk(log, read_lines(export), part=part)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise Unreadable(f"{export}: {type(error).__name__} {error}") from error
    compare(log, part=part)
    check_contents(log)
    return log


def read_keys(path: Path | None) -> list[Any]:
    """Every public key of a PEM file; keys change over the years."""
    text = path.read_text() if path is not None else ""
    blocks = re.findall(r"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", text, re.DOTALL)
    try:
        return [serialization.load_pem_public_key(block.encode()) for block in blocks]
    except ValueError as error:
        raise Unreadable(f"{path}: {error}") from error


def report(log: Log, keys: list[Any], seconds: float) -> None:
    """Plain sentences: what was read, what was found, what nobody could tell."""
    print(f"Log of practice {log.practice_id or 'unknown'}: {log.entries} entries.")
    der = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    for key in keys:
        print(f"  Public key, SHA-256 {sha256(key.public_bytes(*der)).hex()}")
    if log.signed and not keys:
        print("  No public key was given: signatures were NOT checked.")
    if log.signed:
        reach = f"entries 1 to {log.covered}, the last at {log.sealed_at}"
        print(f"  {len(log.signed)} checkpoints cover {reach}.")
    for at, said in log.restores:
        print(
            f"  SET BACK: on {at} {said['by']} and {said['second']} declared that the database was"
            f" restored to {said['restored_to']}. Entries {said['last_kept'] + 1} to"
            f" {said['last_lost']} as signed before are lost ({len(said['void'])} checkpoints are"
            " void); ask them why, and compare with what outside says of that day."
            if said["void"]
            else f"  SET BACK: on {at} a restore to {said['restored_to']} was declared;"
            " nothing that was sealed was lost."
        )
    uncovered = log.last_seq - log.covered
    if uncovered > 0:
        print(
            f"  NOT COVERED by a checkpoint: entries {log.covered + 1} to {log.last_seq}. "
            "If entries after these had been cut off, nobody could tell from this."
        )
    if log.contentless:
        print(f"  {len(log.contentless)} entries have no contents any more.")
    ordered = sorted(log.findings.values(), key=lambda one: (one.seq is None, one.seq or 0))
    for one in ordered[:SHOWN]:
        print(f"  {one.kind.upper()} seq={one.seq} id={one.event_id or 'unknown'}: {one.sentence}")
    if len(ordered) > SHOWN:
        print(f"  ... and {len(ordered) - SHOWN} more.")
    verdict = "The log is NOT what it was." if ordered else "The log is what it was."
    print(f"  {verdict} ({log.entries / max(seconds, 1e-6):,.0f} entries a second of computing)")


def verify_and_report(export: Path, checkpoints: Path | None, key: Path | None, part: bool) -> int:
    started = time.process_time()
    keys = read_keys(key)
    log = verify(export, checkpoints, keys, part=part)
    report(log, keys, time.process_time() - started)
    return 1 if log.findings else 0


def verify_folder(folder: Path, checkpoints: Path | None, key: Path | None, part: bool) -> int:
    """An export's folder, or a folder of them."""
    events = folder / "events.ndjson"
    if not events.exists():
        below = sorted(one.parent for one in folder.glob("*/events.ndjson"))
        if not below:
            raise Unreadable(f"{folder} holds no events.ndjson")
        return max(verify_folder(one, checkpoints, key, part) for one in below)
    theirs, public = folder / "checkpoints.ndjson", folder / "public-key.pem"
    checkpoints = checkpoints or (theirs if theirs.exists() else None)
    return verify_and_report(
        events, checkpoints, key or (public if public.exists() else None), part
    )


def verify_live() -> int:
    """Export by the program's own command, verify what it wrote, throw it away."""
    with tempfile.TemporaryDirectory(prefix="bedside-audit-") as folder:
        command = (sys.executable, "-m", "flask", "audit", "export", "--out", folder)
        done = subprocess.run(
            [*command, "--reason", "verification"], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise Unreadable(f"the export failed:\n{done.stdout}{done.stderr}")
        return verify_folder(Path(folder), None, None, part=False)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("export", nargs="?", type=Path)
    parser.add_argument("--checkpoints", type=Path)
    parser.add_argument("--public-key", type=Path)
    parser.add_argument("--part", action="store_true")
    parser.add_argument("--live", action="store_true")
    given = parser.parse_args(arguments)
    try:
        if given.export is None:
            if not given.live:
                parser.error("name an export, or say --live")
            return verify_live()
        check = verify_folder if given.export.is_dir() else verify_and_report
        return check(given.export, given.checkpoints, given.public_key, given.part)
    except (Unreadable, OSError) as error:
        print(f"Cannot be verified: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
