"""The bytes that are hashed and signed: vectors, and what may not slip through."""

import base64
import hashlib
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.proof.chain import includes
from shared.proof.forms import (
    PLATFORM,
    Checkpoint,
    Leaf,
    NotACheckpoint,
    SealedCheckpoint,
    chain_start,
    link_hash,
    merkle_root,
    moment,
    read_sealed,
)
from tools import verify_audit as outside

# Test vectors of Certificate Transparency (RFC 6962): eight inputs, and the root of the first n.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
          "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PRACTICE = UUID("01990000-0000-7000-8000-000000000001")
AT = datetime(2027, 1, 4, 13, 0, 0, 42, tzinfo=UTC)


@pytest.mark.parametrize("count", range(1, 9))
def test_merkle_roots_are_those_of_the_rfc(count: int) -> None:
    leaves = [bytes.fromhex(text) for text in INPUTS[:count]]
    assert merkle_root(leaves).hex() == ROOTS[count - 1]
    assert outside.merkle_root(leaves).hex() == ROOTS[count - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert merkle_root([]) == hashlib.sha256(b"").digest() == outside.merkle_root([])


def recursive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word by word."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    left, right = recursive_root(leaves[:half]), recursive_root(leaves[half:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70))
def test_the_root_is_the_rfcs_for_any_number_of_leaves(leaves: list[bytes]) -> None:
    assert merkle_root(leaves) == recursive_root(leaves) == outside.merkle_root(leaves)


def test_a_leaf_cannot_pass_for_a_pair() -> None:
    one, two = b"a" * 32, b"b" * 32
    inner = hashlib.sha256(b"\x00" + one).digest() + hashlib.sha256(b"\x00" + two).digest()
    assert merkle_root([one, two]) != merkle_root([inner])


def sealed(leaves: tuple[Leaf, ...], **changes: object) -> SealedCheckpoint:
    values: dict[str, object] = {
        "practice_id": PRACTICE,
        "first_seq": 1,
        "last_seq": len(leaves),
        "merkle_root": merkle_root(leaf.bytes for leaf in leaves),
        "chain_hash": b"\x05" * 32,
        "previous_hash": None,
        "made_at": AT,
    }
    checkpoint = Checkpoint(**(values | changes))  # type: ignore[arg-type]  # test data
    return SealedCheckpoint(checkpoint, b"signature", "arn:key", leaves)


LEAVES = tuple(Leaf(UUID(int=number), bytes([number]) * 32) for number in range(1, 6))


def test_the_message_is_pinned_to_the_letter() -> None:
    assert sealed(LEAVES[:1]).checkpoint.message.decode() == (
        '{"chain_hash":"' + "05" * 32 + '","first_seq":1,"format":"bedside-checkpoint-1",'
        '"last_seq":1,"made_at":"2027-01-04T13:00:00.000042Z","merkle_root":"'
        + merkle_root([LEAVES[0].bytes]).hex()
        + '","practice_id":"01990000-0000-7000-8000-000000000001","previous_hash":null}'
    )


def test_what_was_written_is_read_back() -> None:
    made = sealed(LEAVES, previous_hash=b"\x07" * 32)
    assert read_sealed(made.write()) == made
    assert made.holds_together
    assert made.checkpoint.stored_as == f"{PRACTICE}/checkpoints/00000000000000000001.json"


def test_leaves_that_are_not_the_signed_ones_do_not_hold_together() -> None:
    made = sealed(LEAVES)
    assert not SealedCheckpoint(made.checkpoint, b"", "", LEAVES[:4]).holds_together
    assert not SealedCheckpoint(made.checkpoint, b"", "", LEAVES[::-1]).holds_together


@pytest.mark.parametrize(
    "change",
    [
        {"message": "{}"},
        {"message": "[]"},
        {"leaves": "?"},
        {"leaves": base64.b64encode(b"x" * 47).decode()},
        {"signature": 7},
        {"algorithm": "none"},
    ],
)
def test_what_is_no_checkpoint_is_refused(change: dict[str, object]) -> None:
    body = json.loads(sealed(LEAVES).write())
    with pytest.raises(NotACheckpoint):
        read_sealed(json.dumps(body | change).encode())


def test_a_message_written_otherwise_is_refused() -> None:
    body = json.loads(sealed(LEAVES).write())
    body["message"] = body["message"].replace(":", ": ")
    with pytest.raises(NotACheckpoint):
        read_sealed(json.dumps(body).encode())


def test_the_chain_starts_with_the_practice() -> None:
    assert chain_start(PRACTICE) != chain_start(PLATFORM)
    start = chain_start(PRACTICE)
    assert link_hash(start, 1, b"x") != link_hash(start, 2, b"x")
    assert link_hash(start, 1, b"x").hex() == outside.link_hash(start.hex(), 1, b"x".hex())


def test_a_moment_is_utc_to_the_microsecond() -> None:
    assert moment(AT) == "2027-01-04T13:00:00.000042Z"


@pytest.mark.parametrize(
    ("entries", "seq", "named"),
    [("3-7,12", 3, True), ("3-7,12", 7, True), ("3-7,12", 12, True), ("3-7,12", 8, False),
     ("", 1, False), ("3-7,12", 2, False)],
)  # fmt: skip
def test_ranges_of_entries_are_read(entries: str, seq: int, named: bool) -> None:
    assert includes(entries, seq) is named
