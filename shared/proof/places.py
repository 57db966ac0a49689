"""Where checkpoints and archives lie in the locked bucket."""

import re
from uuid import UUID

FORKED = re.compile(r"/fork-(\d{4})/")


def checkpoint_prefix(practice_id: UUID) -> str:
    """Where a practice's checkpoints lie."""
    return f"{practice_id}/checkpoints/"


def place_of(practice_id: UUID, first_seq: int, fork: int) -> str:
    """Where the checkpoint lies that begins with an entry. Forks sort behind what was before."""
    return f"{checkpoint_prefix(practice_id)}{fork_folder(fork)}{first_seq:020d}.json"


def archive_prefix(practice_id: UUID, fork: int) -> str:
    """Where a practice's nightly archives lie."""
    return f"{practice_id}/archive/{fork_folder(fork)}"


def fork_folder(fork: int) -> str:
    """The places of what was signed before a restore are taken for years: a fork has its own."""
    return f"fork-{fork:04d}/" if fork else ""


def fork_of(stored_as: str) -> int:
    """The fork that a place belongs to."""
    found = FORKED.search(stored_as)
    return int(found[1]) if found else 0
