"""Declaring a restore: what was signed beyond the log is void from now on, and kept as such.

A log that was set back to an earlier moment looks like one whose end was cut off. The difference is
a statement: who restored, to which moment, why. It becomes an entry of the log itself, with the
digest of every checkpoint that speaks of lost entries, and sealing goes on in places of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from shared.adapters.storage.archive import Stored
from shared.proof import reading
from shared.proof.checkpoints import stored_and_noted
from shared.proof.forms import NotACheckpoint, SealedCheckpoint, moment, read_sealed
from shared.proof.places import fork_of
from shared.proof.restores import Restore, last_fork, list_restores
from shared.proof.sealing import adopt_stored, is_signed
from shared.proof.work import LogBroken, Work, archive

_NOTE = text("select audit.note_restore(:fork, :last_kept, cast(:details as jsonb))")
_AT = text("""
    select e.at from audit.link l join audit.event e on e.id = l.event_id
    where l.practice_id = :practice and l.seq = :seq
""")


class NotARestore(Exception):
    """What is declared does not fit the log; one sentence says why."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What a restore took away: everything after `last_kept`, as far as it had been signed."""

    last_kept: int
    last_lost: int
    beyond: tuple[SealedCheckpoint, ...]
    fork: int


def find_loss(work: Work) -> Loss:
    """Where the log ends agreeing with what was signed, and the checkpoints beyond.

    Raises LogBroken when what lies there is not ours: then it was more than a restore.
    """
    with suppress(LogBroken):
        adopt_stored(work)
    with work.session() as session:
        last = reading.last_checkpoint(session, work.practice_id)
        declared = {
            digest for one in list_restores(session, work.practice_id) for digest in one.void
        }
        fork = last_fork(session, work.practice_id)
    beyond = []
    for stored in _not_noted(work):
        sealed = _genuine(work, stored)
        fork = max(fork, fork_of(stored.key))
        if sealed.checkpoint.hash.hex() not in declared:
            beyond.append(sealed)
    beyond.sort(key=lambda one: one.checkpoint.first_seq)
    kept = last.checkpoint.last_seq if last else 0
    for sealed in beyond:
        kept = _agreeing(work, sealed, kept)
    ends = [sealed.checkpoint.last_seq for sealed in beyond]
    return Loss(kept, max([kept, *ends]), tuple(beyond), fork + 1)


def declare_restore(work: Work, *, to: datetime, by: str, second: str, reason: str) -> Restore:
    """Write the restore into the log and begin a fork. Raises NotARestore and LogBroken.

    `to` is the moment the database was set back to: what the log kept is older, what was written
    since is younger. `by` and `second` are the names of the two who did it.
    """
    if not by.strip() or not second.strip() or by.strip().casefold() == second.strip().casefold():
        raise NotARestore("Nobody restores alone: name two people.")
    if not reason.strip():
        raise NotARestore("Say why.")
    loss = find_loss(work)
    _check_moment(work, loss, to)
    details = {
        "restored_to": moment(to),
        "by": by.strip(),
        "second": second.strip(),
        "last_kept": loss.last_kept,
        "last_lost": loss.last_lost,
        "lost": loss.last_lost - loss.last_kept,
        "fork": loss.fork,
        "void": [
            {
                "first": one.checkpoint.first_seq,
                "last": one.checkpoint.last_seq,
                "sha256": one.checkpoint.hash.hex(),
            }
            for one in loss.beyond
        ],
    }
    values = {"fork": loss.fork, "last_kept": loss.last_kept, "details": json.dumps(details)}
    with work.session(reason) as session:
        session.execute(_NOTE, values)
        return list_restores(session, work.practice_id)[-1]


def _not_noted(work: Work) -> Iterator[Stored]:
    for stored, row, _ in stored_and_noted(work):
        if stored is not None and row is None:
            yield stored


def _genuine(work: Work, stored: Stored) -> SealedCheckpoint:
    try:
        sealed = read_sealed(archive(work.settings).read(stored))
    except NotACheckpoint as error:
        raise LogBroken("what lies in the archive is no checkpoint") from error
    ours = sealed.checkpoint.stored_as == stored.key and sealed.holds_together
    if not ours or not is_signed(work, sealed):
        raise LogBroken("a checkpoint in the archive is not ours")
    return sealed


def _agreeing(work: Work, sealed: SealedCheckpoint, kept: int) -> int:
    """How far the log still is what this checkpoint says, from entry `kept` on."""
    checkpoint = sealed.checkpoint
    if checkpoint.first_seq > kept + 1:
        return kept
    leaves = sealed.leaves[kept + 1 - checkpoint.first_seq :]
    with work.session() as session:
        links = reading.list_links(session, work.practice_id, after=kept, limit=max(len(leaves), 1))
    for link, leaf in zip(links, leaves, strict=False):
        if link.seq != kept + 1 or link.leaf != leaf:
            break
        kept = link.seq
    return kept


def _check_moment(work: Work, loss: Loss, to: datetime) -> None:
    with work.session() as session:
        before, after = (
            session.scalar(_AT, {"practice": work.practice_id, "seq": seq})
            for seq in (loss.last_kept, loss.last_kept + 1)
        )
    if before is not None and before > to:
        raise NotARestore(f"Entry {loss.last_kept} was kept and is of {moment(before)}: later.")
    if after is not None and after <= to:
        raise NotARestore(
            f"Entry {loss.last_kept + 1} is not what was signed, and of {moment(after)}: earlier."
            " That is no restore."
        )
