"""Whether the stored checkpoints are ours, follow each other, and are what was noted."""

from __future__ import annotations

from collections.abc import Iterator

from shared.adapters.keys.signing import Signed
from shared.adapters.storage.archive import NotStored, Stored
from shared.proof import reading
from shared.proof.forms import (
    Checkpoint,
    Leaf,
    NotACheckpoint,
    SealedCheckpoint,
    chain_start,
    link_hash,
    read_sealed,
)
from shared.proof.places import checkpoint_prefix
from shared.proof.reading import NotedCheckpoint
from shared.proof.report import Report
from shared.proof.restores import Restore, list_restores
from shared.proof.sealing import store_again
from shared.proof.work import LogBroken, Work, archive, signing


def check_checkpoints(work: Work, report: Report) -> Iterator[tuple[int, Leaf]]:
    """Verify every stored checkpoint, comparing with its row; yield what each vouches for.

    A row without its object is stored again, if the log still yields what was signed.
    """
    last: Checkpoint | None = None
    void = _void(work)
    for stored, row, newest in stored_and_noted(work):
        sealed = _stored(work, stored, report) if stored else _restored(work, row, report)
        if sealed is not None and row is None and sealed.checkpoint.hash.hex() in void:
            _check_void(work, sealed, void[sealed.checkpoint.hash.hex()], report)
            continue
        if sealed is not None and stored is not None:
            _compare(sealed, row, report, newest=newest)
        if sealed is None:
            continue
        checkpoint = sealed.checkpoint
        if not _follows(sealed, last):
            sentence = f"The checkpoint from entry {checkpoint.first_seq} does not follow the last."
            report.add("checkpoint", checkpoint.first_seq, None, sentence)
        yield from enumerate(sealed.leaves, checkpoint.first_seq)
        report.tally("checkpoints")
        last = checkpoint


def stored_and_noted(work: Work) -> Iterator[tuple[Stored | None, NotedCheckpoint | None, bool]]:
    """Objects and rows side by side, in order; one of the two may be missing.

    The third says that there are no more rows: what is stored then may be on its way to its row.
    """
    objects = archive(work.settings).stored(checkpoint_prefix(work.practice_id))
    rows = _rows(work)
    stored, row = next(objects, None), next(rows, None)
    while stored is not None or row is not None:
        noted_at = row.checkpoint.stored_as if row else None
        key = stored.key if stored else None
        place = min(one for one in (key, noted_at) if one is not None)
        matching = row if noted_at == place else None
        yield stored if key == place else None, matching, row is None
        if key == place:
            stored = next(objects, None)
        if noted_at == place:
            row = next(rows, None)


def _void(work: Work) -> dict[str, Restore]:
    """What a declared restore left beyond the log, by the digest it was declared with."""
    with work.session() as session:
        restores = list_restores(session, work.practice_id)
    return {digest: restore for restore in restores for digest in restore.void}


def _check_void(work: Work, sealed: SealedCheckpoint, restore: Restore, report: Report) -> None:
    """Void is what it says of lost entries; what it says of kept ones still holds."""
    first = sealed.checkpoint.first_seq
    kept = sealed.leaves[: max(restore.last_kept + 1 - first, 0)]
    report.tally("void")
    if not kept:
        return
    with work.session() as session:
        links = reading.list_links(session, work.practice_id, after=first - 1, limit=len(kept))
    now = {link.seq: link.leaf for link in links}
    for seq, leaf in enumerate(kept, first):
        if now.get(seq) != leaf:
            sentence = f"Entry {seq} is not the one that was signed before the restore."
            report.add("rewritten", seq, leaf.event_id, sentence)


def _rows(work: Work) -> Iterator[NotedCheckpoint]:
    after = 0
    while True:
        with work.session() as session:
            page = reading.list_checkpoints(session, work.practice_id, after=after)
        if not page:
            return
        yield from page
        after = page[-1].checkpoint.last_seq


def _follows(sealed: SealedCheckpoint, last: Checkpoint | None) -> bool:
    checkpoint = sealed.checkpoint
    chain = last.chain_hash if last else chain_start(checkpoint.practice_id)
    for seq, leaf in enumerate(sealed.leaves, checkpoint.first_seq):
        chain = link_hash(chain, seq, leaf.event_hash)
    return (
        checkpoint.first_seq == (last.last_seq + 1 if last else 1)
        and checkpoint.previous_hash == (last.hash if last else None)
        and checkpoint.chain_hash == chain
    )


def _restored(work: Work, row: NotedCheckpoint | None, report: Report) -> SealedCheckpoint | None:
    if row is None:
        return None
    try:
        sealed = store_again(work, row)
    except LogBroken as error:
        report.add("checkpoint", row.checkpoint.first_seq, None, f"{error}.".capitalize())
        return None
    report.tally("stored_again")
    return sealed


def _stored(work: Work, stored: Stored, report: Report) -> SealedCheckpoint | None:
    try:
        sealed = read_sealed(archive(work.settings).read(stored))
    except (NotACheckpoint, NotStored):
        report.add("checkpoint", None, None, "An object in the archive is no checkpoint of ours.")
        return None
    checkpoint = sealed.checkpoint
    first = checkpoint.first_seq
    signed = Signed(sealed.signature, sealed.key_id)
    ours = checkpoint.stored_as == stored.key and checkpoint.practice_id == work.practice_id
    if not ours or not sealed.holds_together:
        report.add("checkpoint", first, None, f"The checkpoint from entry {first} was altered.")
        return None
    if not signing(work.settings).check(checkpoint.message, signed):
        sentence = f"The signature of the checkpoint from entry {first} does not hold."
        report.add("checkpoint", first, None, sentence)
        return None
    if stored.laid_over:
        sentence = f"Something was laid over the checkpoint from entry {first}."
        report.add("checkpoint", first, None, sentence)
    return sealed


def _compare(
    sealed: SealedCheckpoint, row: NotedCheckpoint | None, report: Report, *, newest: bool
) -> None:
    """The object with its row."""
    if row is None and newest:
        report.tally("not_noted")
        return
    wanted = (sealed.checkpoint, sealed.signature, sealed.key_id)
    if row is None or (row.checkpoint, row.signature, row.key_id) != wanted:
        first = sealed.checkpoint.first_seq
        sentence = f"The checkpoint from entry {first} is noted otherwise than it is stored."
        report.add("checkpoint", first, None, sentence)
