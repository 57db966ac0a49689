"""The verifier from outside, on logs made by hand: what it says and how it ends."""

import base64
import gzip
import hashlib
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tools import verify_audit

PRACTICE = UUID("01990000-0000-7000-8000-000000000001")
KEY = ec.generate_private_key(ec.SECP256R1())
PEM = KEY.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def event(number: int, body: dict[str, Any], **changes: object) -> dict[str, Any]:
    salt = bytes([number]) * 32
    made = dict.fromkeys(verify_audit.FIELDS) | {
        "id": str(UUID(int=number)),
        "practice_id": str(PRACTICE),
        "kind": "act",
        "at": f"2027-01-04T13:{number:02}:00.000000Z",
        "action": "patient.updated",
        "payload_hash": sha(salt, verify_audit.canonical(body).encode()).hex(),
    }
    made |= changes
    copied = {name: made[name] for name in ("practice_id", "patient_id", "kind")}
    return {"event": made, "payload": copied | {"salt": salt.hex(), "body": body}}


def chain(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    before, lines = sha(PRACTICE.bytes).hex(), []
    for seq, part in enumerate(parts, 1):
        hashed = verify_audit.event_hash(part["event"])
        before = verify_audit.link_hash(before, seq, hashed)
        head = {"seq": seq, "event_id": part["event"]["id"], "event_hash": hashed, "hash": before}
        lines.append(head | part)
    return lines


def checkpoint(
    lines: list[dict[str, Any]], previous: str | None = None, key: ec.EllipticCurvePrivateKey = KEY
) -> dict[str, Any]:
    leaves = [UUID(one["event_id"]).bytes + bytes.fromhex(one["event_hash"]) for one in lines]
    said = {
        "chain_hash": lines[-1]["hash"], "first_seq": lines[0]["seq"],
        "format": "bedside-checkpoint-1", "last_seq": lines[-1]["seq"],
        "made_at": "2027-01-04T14:00:00.000000Z",
        "merkle_root": verify_audit.merkle_root(leaves).hex(),
        "practice_id": str(PRACTICE), "previous_hash": previous,
    }  # fmt: skip
    message = json.dumps(said, sort_keys=True, separators=(",", ":"))
    signature = key.sign(message.encode(), ec.ECDSA(hashes.SHA256()))
    return {
        "algorithm": "ECDSA_SHA_256",
        "key_id": "k",
        "leaves": base64.b64encode(b"".join(leaves)).decode(),
        "message": message,
        "signature": base64.b64encode(signature).decode(),
    }


def two_checkpoints(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    first = checkpoint(lines[:4])
    return [first, checkpoint(lines[4:], sha(first["message"].encode()).hex())]


@pytest.fixture
def lines() -> list[dict[str, Any]]:
    return chain([event(number, {"n": number, "é": "\x7f\u2028"}) for number in range(1, 9)])


def write(
    folder: Path, lines: list[dict[str, Any]], checkpoints: list[dict[str, Any]]
) -> list[str]:
    for name, rows in (("events", lines), ("checkpoints", checkpoints)):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.ndjson").write_text(text)
    (folder / "public-key.pem").write_bytes(PEM)
    return [str(folder)]


def test_a_log_that_is_well_ends_with_zero(
    lines: list[dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify_audit.main(write(tmp_path, lines, two_checkpoints(lines))) == 0
    told = capsys.readouterr().out
    assert "8 entries" in told
    assert "2 checkpoints cover entries 1 to 8" in told
    assert "entries a second" in told
    assert "NOT COVERED" not in told


def test_an_altered_entry_ends_with_one_and_is_named(
    lines: list[dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoints = two_checkpoints(lines)
    lines[2]["event"]["reason"] = "another"
    assert verify_audit.main(write(tmp_path, lines, checkpoints)) == 1
    assert f"ALTERED seq=3 id={UUID(int=3)}" in capsys.readouterr().out


def test_what_no_checkpoint_reaches_is_said_so(
    lines: list[dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify_audit.main(write(tmp_path, lines, two_checkpoints(lines)[:1])) == 0
    assert "NOT COVERED by a checkpoint: entries 5 to 8" in capsys.readouterr().out


def test_a_folder_of_folders_is_verified_whole(lines: list[dict[str, Any]], tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, lines, two_checkpoints(lines))
    assert verify_audit.main([str(tmp_path)]) == 0
    write(tmp_path / "two", lines[:-1], two_checkpoints(lines))
    assert verify_audit.main([str(tmp_path)]) == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [("{", "no JSON"), ('{"seq": 1}\n', "no line"), ('{"seq": "x", "event_id": 1}', "no number")],
)
def test_what_cannot_be_read_ends_with_two(tmp_path: Path, content: str, why: str) -> None:
    (tmp_path / "events.ndjson").write_text(content)
    assert verify_audit.main([str(tmp_path)]) == 2, why


def test_nothing_to_read_ends_with_two(tmp_path: Path) -> None:
    assert verify_audit.main([str(tmp_path)]) == 2
    assert verify_audit.main([str(tmp_path / "nowhere.ndjson")]) == 2


def test_an_archive_is_verified_as_a_part(lines: list[dict[str, Any]], tmp_path: Path) -> None:
    write(tmp_path, lines, two_checkpoints(lines))
    day = tmp_path / "2027-01-04.ndjson.gz"
    day.write_bytes(gzip.compress("".join(json.dumps(one) + "\n" for one in lines[2:6]).encode()))
    given = ["--checkpoints", str(tmp_path / "checkpoints.ndjson"), "--part", str(day)]
    assert verify_audit.main(given) == 0
    lines[3]["payload"]["body"]["n"] = 5
    day.write_bytes(gzip.compress("".join(json.dumps(one) + "\n" for one in lines[2:6]).encode()))
    assert verify_audit.main(given) == 1


def findings(
    folder: Path, lines: list[dict[str, Any]], checkpoints: list[dict[str, Any]]
) -> set[Any]:
    write(folder, lines, checkpoints)
    keys = verify_audit.read_keys(folder / "public-key.pem")
    log = verify_audit.verify(folder / "events.ndjson", folder / "checkpoints.ndjson", keys)
    return {(one.kind, one.seq) for one in log.findings.values()}


def test_a_checkpoint_signed_by_somebody_else_is_found(
    lines: list[dict[str, Any]], tmp_path: Path
) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    assert findings(tmp_path, lines, [checkpoint(lines, key=other)]) == {("checkpoint", 1)}


def test_a_missing_checkpoint_is_found(lines: list[dict[str, Any]], tmp_path: Path) -> None:
    assert findings(tmp_path, lines, two_checkpoints(lines)[1:]) == {("checkpoint", 5)}


def test_lines_in_another_order_are_found(lines: list[dict[str, Any]], tmp_path: Path) -> None:
    checkpoints = two_checkpoints(lines)
    lines[2], lines[3] = lines[3], lines[2]
    assert ("reordered", 3) in findings(tmp_path, lines, checkpoints)


def test_a_log_written_anew_without_an_entry_names_what_is_gone(
    lines: list[dict[str, Any]], tmp_path: Path
) -> None:
    checkpoints = two_checkpoints(lines)
    kept = [{"event": one["event"], "payload": one["payload"]} for one in lines]
    assert findings(tmp_path, chain(kept[:2] + kept[3:]), checkpoints) == {("missing", 3)}
    assert findings(tmp_path, chain(kept[:5]), checkpoints) == {
        ("truncated", 6), ("truncated", 7), ("truncated", 8)
    }  # fmt: skip
    moved = [*kept[:2], kept[5], *kept[2:5], *kept[6:]]
    assert findings(tmp_path, chain(moved), checkpoints) == {("reordered", 3)}


def erasure(number: int, entries: str, at: str) -> dict[str, Any]:
    return event(number, {"count": 1, "entries": entries}, action="payload.erased", at=at)


@pytest.mark.parametrize(
    ("entries", "at", "found"),
    [
        ("2-3", "2034-01-04T13:00:00.000000Z", set()),
        ("3", "2034-01-04T13:00:00.000000Z", {("missing", 2)}),
        ("2-3", "2028-01-04T13:00:00.000000Z", {("missing", 2), ("missing", 3)}),
    ],
)
def test_contents_may_be_gone_only_as_the_log_says(
    tmp_path: Path, entries: str, at: str, found: set[Any]
) -> None:
    made = chain([*(event(number, {}) for number in range(1, 5)), erasure(5, entries, at)])
    checkpoints = [checkpoint(made)]
    made[1]["payload"] = made[2]["payload"] = None
    assert findings(tmp_path, made, checkpoints) == found


def test_numbers_and_keys_are_printed_as_the_database_prints_them() -> None:
    text = '{"b": 1.10, "aa": [true, null, "\\u00e9\\u0001"], "é": 10000000000000000000000.5}'
    read = json.loads(text, parse_float=verify_audit.Decimal)
    assert verify_audit.canonical(read) == (
        '{"b": 1.10, "aa": [true, null, "é\\u0001"], "é": 10000000000000000000000.5}'
    )
