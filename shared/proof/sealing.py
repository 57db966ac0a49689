"""Checkpoints: the newest entries of the log, signed and stored where they cannot be taken back.

Stored first, noted second. A process that dies between the two leaves an object without a row: the
next run finds the place taken, checks what lies there, and notes that. Two processes at once
compete for the same place, and the one that comes second notes what the first one stored.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import structlog
from sqlalchemy import text

from shared import clock
from shared.adapters.keys.signing import Signed
from shared.adapters.storage.archive import NotStored
from shared.adapters.storage.s3 import AlreadyStored
from shared.proof import reading
from shared.proof.forms import (
    Checkpoint,
    NotACheckpoint,
    SealedCheckpoint,
    chain_start,
    link_hash,
    merkle_root,
    read_sealed,
)
from shared.proof.places import place_of
from shared.proof.reading import Link, NotedCheckpoint
from shared.proof.restores import last_fork
from shared.proof.work import Finding, LogBroken, Work, archive, signing

MOST_ENTRIES = 1000
# The job looks every twenty seconds; so no entry waits longer than a minute.
LONGEST_WAIT = timedelta(seconds=40)
# 45 CFR 164.316(b)(2)(i): six years.
KEPT_FOR = timedelta(days=6 * 366)

log = structlog.get_logger(__name__)

_NOTE = text("""
    select audit.note_checkpoint(:first_seq, :last_seq, :merkle_root, :chain_hash, :previous_hash,
        :key_id, :signature, :stored_as, :made_at)
""")


def seal_log(work: Work, *, at_once: bool = False) -> int:
    """Make the checkpoints that are due; returns how many were noted.

    Due: a thousand entries wait, or the last checkpoint is old enough, or `at_once`. Raises
    LogBroken when the log does not follow from its last checkpoint; KeysUnavailable and
    StorageUnavailable when a vendor is away, to be run again.
    """
    made = 0
    while True:
        with work.session() as session:
            last = reading.last_checkpoint(session, work.practice_id)
            fork = last_fork(session, work.practice_id)
            waiting = reading.list_links(
                session,
                work.practice_id,
                after=last.checkpoint.last_seq if last else 0,
                limit=MOST_ENTRIES,
            )
        if not waiting or not (at_once or made or _is_due(last, len(waiting))):
            return made
        note(work, _seal(work, last, waiting, fork))
        made += 1


def adopt_stored(work: Work) -> int:
    """Note the checkpoints that are stored and were not noted; returns how many."""
    adopted = 0
    while True:
        with work.session() as session:
            last = reading.last_checkpoint(session, work.practice_id)
            fork = last_fork(session, work.practice_id)
        place = place_of(work.practice_id, last.checkpoint.last_seq + 1 if last else 1, fork)
        try:
            body = archive(work.settings).get(place)
        except NotStored:
            return adopted
        note(work, _checked(work, body, last, fork))
        adopted += 1


def store_again(work: Work, noted: NotedCheckpoint) -> SealedCheckpoint:
    """Put back an object whose row exists. Raises LogBroken when the log no longer yields it."""
    leaves = tuple(link.leaf for link in _links_of(work, noted.checkpoint))
    sealed = SealedCheckpoint(noted.checkpoint, noted.signature, noted.key_id, leaves)
    if not sealed.holds_together or not is_signed(work, sealed):
        raise LogBroken("a stored checkpoint is gone, and the log is not what it was")
    # Where the place is taken it was stored after we looked.
    with suppress(AlreadyStored):
        _put(work, sealed)
        log.error("checkpoint.stored_again", practice_id=str(work.practice_id))
    return sealed


def note(work: Work, sealed: SealedCheckpoint) -> bool:
    """Write the row of a stored checkpoint; False when it was there."""
    checkpoint = sealed.checkpoint
    values = {
        "first_seq": checkpoint.first_seq,
        "last_seq": checkpoint.last_seq,
        "merkle_root": checkpoint.merkle_root,
        "chain_hash": checkpoint.chain_hash,
        "previous_hash": checkpoint.previous_hash,
        "key_id": sealed.key_id,
        "signature": sealed.signature,
        "stored_as": checkpoint.stored_as,
        "made_at": checkpoint.made_at,
    }
    with work.session() as session:
        return bool(session.scalar(_NOTE, values))


def _is_due(last: NotedCheckpoint | None, waiting: int) -> bool:
    if last is None or waiting >= MOST_ENTRIES:
        return True
    # The sandbox's clock may have been moved back.
    return abs(clock.now() - last.checkpoint.made_at) >= LONGEST_WAIT


def _seal(
    work: Work, last: NotedCheckpoint | None, links: list[Link], fork: int = 0
) -> SealedCheckpoint:
    """Sign and store; where the place is taken, what lies there, checked."""
    draft = _draft(work, last, links, fork)
    signed = signing(work.settings).sign(draft.message)
    leaves = tuple(link.leaf for link in links)
    sealed = SealedCheckpoint(draft, signed.signature, signed.key_id, leaves)
    try:
        _put(work, sealed)
    except AlreadyStored:
        return _checked(work, archive(work.settings).get(draft.stored_as), last, fork)
    return sealed


def _draft(
    work: Work, last: NotedCheckpoint | None, links: list[Link], fork: int = 0
) -> Checkpoint:
    chain = last.checkpoint.chain_hash if last else chain_start(work.practice_id)
    first = last.checkpoint.last_seq + 1 if last else 1
    for expected, link in enumerate(links, first):
        chain = link_hash(chain, expected, link.leaf.event_hash)
        if link.seq != expected or link.hash != chain:
            raise LogBroken("the log does not follow from its last checkpoint", [_broken(expected)])
    return Checkpoint(
        work.practice_id,
        first,
        links[-1].seq,
        merkle_root(link.leaf.bytes for link in links),
        chain,
        last.checkpoint.hash if last else None,
        clock.now(),
        fork,
    )


def _checked(work: Work, body: bytes, last: NotedCheckpoint | None, fork: int) -> SealedCheckpoint:
    """What lies in the archive, if it is ours, follows `last` and is what the log says."""
    try:
        sealed = read_sealed(body)
    except NotACheckpoint as error:
        raise LogBroken("what lies in the archive is no checkpoint") from error
    checkpoint = sealed.checkpoint
    follows = (
        (checkpoint.practice_id, checkpoint.fork) == (work.practice_id, fork)
        and checkpoint.first_seq == (last.checkpoint.last_seq + 1 if last else 1)
        and checkpoint.previous_hash == (last.checkpoint.hash if last else None)
    )
    if not follows or not sealed.holds_together or not is_signed(work, sealed):
        raise LogBroken("a checkpoint in the archive does not follow the last one")
    links = {link.seq: link for link in _links_of(work, checkpoint)}
    for seq, leaf in enumerate(sealed.leaves, checkpoint.first_seq):
        if seq not in links or links[seq].leaf != leaf:
            found = Finding("missing", seq, str(leaf.event_id), f"Entry {seq} is not what it was.")
            raise LogBroken("the log is not what was signed", [found])
    return sealed


def _links_of(work: Work, checkpoint: Checkpoint) -> list[Link]:
    count = checkpoint.last_seq - checkpoint.first_seq + 1
    with work.session() as session:
        return reading.list_links(
            session, work.practice_id, after=checkpoint.first_seq - 1, limit=count
        )


def is_signed(work: Work, sealed: SealedCheckpoint) -> bool:
    """Whether the signature is of our key."""
    signed = Signed(sealed.signature, sealed.key_id)
    return signing(work.settings).check(sealed.checkpoint.message, signed)


def _broken(seq: int) -> Finding:
    return Finding("relinked", seq, None, f"Entry {seq} does not follow from those before it.")


def _put(work: Work, sealed: SealedCheckpoint) -> None:
    archive(work.settings).put(
        sealed.checkpoint.stored_as,
        sealed.write(),
        content_type="application/json",
        keep_until=clock.now() + KEPT_FOR,
    )
