"""The exact bytes that are hashed and signed; equal to what the database's functions hash."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.proof.places import place_of

# The chain of what belongs to no practice (see audit.append).
PLATFORM = UUID(int=0)
FORMAT = "bedside-checkpoint-1"
ALGORITHM = "ECDSA_SHA_256"
# What an event's hash covers, in this order: the columns of audit.event (see audit.event_hash).
FIELDS = (
    *("id", "practice_id", "act_id", "kind", "at", "actor_kind", "actor_id", "on_behalf_of"),
    *("session_id", "request_id", "db_role", "reason", "action", "target_type", "target_id"),
    *("patient_id", "schema_revision", "payload_hash"),
)
LEAF_BYTES = 16 + 32


class NotACheckpoint(Exception):
    """The bytes are no checkpoint of ours."""


def event_hash(event: Mapping[str, str | None]) -> bytes:
    """SHA-256 over the JSON array of the event's fields as text, as jsonb prints it."""
    listed = json.dumps([event.get(name) for name in FIELDS], ensure_ascii=False)
    return hashlib.sha256(listed.encode()).digest()


def chain_start(practice_id: UUID) -> bytes:
    """What the first link follows."""
    return hashlib.sha256(practice_id.bytes).digest()


def link_hash(before: bytes, seq: int, hashed_event: bytes) -> bytes:
    """A link's own hash: it vouches for everything before it."""
    return hashlib.sha256(before + seq.to_bytes(8, "big") + hashed_event).digest()


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """RFC 6962, section 2.1: 0x00 before a leaf, 0x01 before a pair, a lone one moves up."""
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    if not level:
        return hashlib.sha256(b"").digest()
    while len(level) > 1:
        pairs = [
            hashlib.sha256(b"\x01" + level[at] + level[at + 1]).digest()
            for at in range(0, len(level) - 1, 2)
        ]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def moment(at: datetime) -> str:
    """A moment as it stands in hashes and messages: UTC, microseconds, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a checkpoint says of one entry: its event's id and hash. Its place is its number."""

    event_id: UUID
    event_hash: bytes

    @property
    def bytes(self) -> bytes:
        return self.event_id.bytes + self.event_hash


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A range of one practice's chain, and what it was when it was signed."""

    practice_id: UUID
    first_seq: int
    last_seq: int
    merkle_root: bytes
    chain_hash: bytes
    # SHA-256 of the message before; None for the first.
    previous_hash: bytes | None
    made_at: datetime
    # Which declared restore it follows; 0 for a log that was never set back.
    fork: int = 0

    @property
    def message(self) -> bytes:
        """What is signed: JSON with sorted keys, no spaces, ASCII; no `fork` where it is 0."""
        return _compact(
            {
                "chain_hash": self.chain_hash.hex(),
                "first_seq": self.first_seq,
                "format": FORMAT,
                "last_seq": self.last_seq,
                "made_at": moment(self.made_at),
                "merkle_root": self.merkle_root.hex(),
                "practice_id": str(self.practice_id),
                "previous_hash": self.previous_hash.hex() if self.previous_hash else None,
            }
            | ({"fork": self.fork} if self.fork else {})
        )

    @property
    def hash(self) -> bytes:
        """What the next checkpoint names."""
        return hashlib.sha256(self.message).digest()

    @property
    def stored_as(self) -> str:
        """Its place in the archive. Two that begin alike compete for it: one of them is stored."""
        return place_of(self.practice_id, self.first_seq, self.fork)


@dataclass(frozen=True, slots=True)
class SealedCheckpoint:
    """A checkpoint with its signature and its leaves, as it lies in the archive."""

    checkpoint: Checkpoint
    signature: bytes
    key_id: str
    leaves: tuple[Leaf, ...]

    def write(self) -> bytes:
        """One line of JSON."""
        return _compact(
            {
                "algorithm": ALGORITHM,
                "key_id": self.key_id,
                "leaves": base64.b64encode(b"".join(leaf.bytes for leaf in self.leaves)).decode(),
                "message": self.checkpoint.message.decode(),
                "signature": base64.b64encode(self.signature).decode(),
            }
        )

    @property
    def holds_together(self) -> bool:
        """Whether the leaves are those the signed message speaks of."""
        checkpoint = self.checkpoint
        count = checkpoint.last_seq - checkpoint.first_seq + 1
        root = merkle_root(leaf.bytes for leaf in self.leaves)
        return len(self.leaves) == count and root == checkpoint.merkle_root


def read_sealed(body: bytes) -> SealedCheckpoint:
    """The stored bytes, taken apart; nothing is verified yet. Raises NotACheckpoint."""
    try:
        outer = json.loads(body)
        inner = json.loads(outer["message"])
        packed = base64.b64decode(outer["leaves"], validate=True)
        if len(packed) % LEAF_BYTES:
            raise NotACheckpoint("half a leaf")
        checkpoint = Checkpoint(
            UUID(inner["practice_id"]),
            int(inner["first_seq"]),
            int(inner["last_seq"]),
            bytes.fromhex(inner["merkle_root"]),
            bytes.fromhex(inner["chain_hash"]),
            bytes.fromhex(inner["previous_hash"]) if inner["previous_hash"] else None,
            datetime.strptime(inner["made_at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC),
            int(inner.get("fork", 0)),
        )
        leaves = tuple(
            Leaf(UUID(bytes=packed[at : at + 16]), packed[at + 16 : at + LEAF_BYTES])
            for at in range(0, len(packed), LEAF_BYTES)
        )
        signature = base64.b64decode(outer["signature"], validate=True)
        sealed = SealedCheckpoint(checkpoint, signature, str(outer["key_id"]), leaves)
    except (ValueError, KeyError, TypeError) as error:
        raise NotACheckpoint(type(error).__name__) from error
    # Only the one way of writing it is taken, so that what is read is what was signed.
    if checkpoint.message != outer["message"].encode() or outer.get("algorithm") != ALGORITHM:
        raise NotACheckpoint("written otherwise")
    return sealed


def _compact(values: dict[str, Any]) -> bytes:
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode()
