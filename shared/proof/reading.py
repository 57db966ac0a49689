"""Reading the log for its proof: links, lines of the export, checkpoints and archives noted.

Nothing read here is shown to anybody as a record: it is hashed, compared, or copied as it is (see
`shared.proof.exporting`, which notes whose records it copies).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from shared.proof.forms import Checkpoint, Leaf
from shared.proof.places import fork_of
from shared.proof.work import Work

PAGE = 2000

_LAST_CHECKPOINT = text("""
    select first_seq, last_seq, merkle_root, chain_hash, previous_hash, key_id, signature, made_at,
        stored_as
    from audit.checkpoint where practice_id = :practice order by last_seq desc limit 1
""")
_CHECKPOINT = text("""
    select first_seq, last_seq, merkle_root, chain_hash, previous_hash, key_id, signature, made_at,
        stored_as
    from audit.checkpoint where practice_id = :practice and last_seq > :after
    order by last_seq limit :limit
""")
_HEAD = text("select max(seq) from audit.link where practice_id = :practice")
_LINKS = text("""
    select seq, event_id, event_hash, hash from audit.link
    where practice_id = :practice and seq > :after order by seq limit :limit
""")
_LINES = text("""
    select seq, line from audit.line
    where practice_id = :practice and seq > :after and seq <= :until order by seq limit :limit
""")
_LOOSE = text("select line from audit.loose where practice_id = :practice")
_ERASURES = text("""
    select e.at, p.body ->> 'entries' as entries
    from audit.event e join audit.payload p on p.event_id = e.id
    where e.practice_id = :practice and e.action = 'payload.erased' and e.kind = 'act'
""")
_ARCHIVES = text("""
    select on_date, first_seq, last_seq, sha256, stored_as, made_at
    from audit.archive where practice_id = :practice order by on_date
""")
_FIRST_AFTER = text("""
    select l.seq, e.at from audit.link l join audit.event e on e.id = l.event_id
    where l.practice_id = :practice and l.seq > :after order by l.seq limit 1
""")
_LAST_BEFORE = text("""
    select max(l.seq) from audit.link l join audit.event e on e.id = l.event_id
    where l.practice_id = :practice and l.seq > :after and e.practice_id = :practice
        and e.at < :before
""")
_ZONE = text("select time_zone from practice where id = :practice")


@dataclass(frozen=True, slots=True)
class NotedCheckpoint:
    """A row of audit.checkpoint."""

    checkpoint: Checkpoint
    key_id: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class NotedArchive:
    """A row of audit.archive."""

    on_date: date
    first_seq: int
    last_seq: int
    sha256: bytes
    stored_as: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """A row of audit.link."""

    seq: int
    leaf: Leaf
    hash: bytes


def last_checkpoint(session: Session, practice_id: UUID) -> NotedCheckpoint | None:
    """The newest checkpoint noted."""
    row = session.execute(_LAST_CHECKPOINT, {"practice": practice_id}).first()
    return _noted(practice_id, row) if row else None


def list_checkpoints(
    session: Session, practice_id: UUID, *, after: int, limit: int = PAGE
) -> list[NotedCheckpoint]:
    """The checkpoints noted that end after entry `after`, in order."""
    values = {"practice": practice_id, "after": after, "limit": limit}
    return [_noted(practice_id, row) for row in session.execute(_CHECKPOINT, values)]


def _noted(practice_id: UUID, row: Row[Any]) -> NotedCheckpoint:
    checkpoint = Checkpoint(
        practice_id,
        row.first_seq,
        row.last_seq,
        row.merkle_root,
        row.chain_hash,
        row.previous_hash,
        row.made_at,
        fork_of(row.stored_as),
    )
    return NotedCheckpoint(checkpoint, row.key_id, row.signature)


def head(session: Session, practice_id: UUID) -> int:
    """The number of the newest entry; 0 for an empty log."""
    return session.scalar(_HEAD, {"practice": practice_id}) or 0


def list_links(session: Session, practice_id: UUID, *, after: int, limit: int) -> list[Link]:
    """Links in order. A link that is visible has all before it visible: they are made in turn."""
    values = {"practice": practice_id, "after": after, "limit": limit}
    return [
        Link(row.seq, Leaf(row.event_id, row.event_hash), row.hash)
        for row in session.execute(_LINKS, values)
    ]


def lines(work: Work, *, after: int, until: int) -> Iterator[str]:
    """The export's lines of the entries after `after` up to `until`, a page a transaction."""
    while after < until:
        values = {"practice": work.practice_id, "after": after, "until": until, "limit": PAGE}
        with work.session() as session:
            page = session.execute(_LINES, values).all()
        if not page:
            return
        after = page[-1].seq
        for row in page:
            yield row.line


def lines_of(session: Session, practice_id: UUID, *, until: int) -> Iterator[str]:
    """The same from the beginning, all in the caller's transaction."""
    after = 0
    while after < until:
        values = {"practice": practice_id, "after": after, "until": until, "limit": PAGE}
        page = session.execute(_LINES, values).all()
        if not page:
            return
        after = page[-1].seq
        for row in page:
            yield row.line


def loose_lines_of(session: Session, practice_id: UUID) -> list[str]:
    """Events without a link, as lines; there are none unless somebody meddled."""
    return list(session.scalars(_LOOSE, {"practice": practice_id}))


def loose_lines(work: Work) -> list[str]:
    """The same in a transaction of its own."""
    with work.session() as session:
        return loose_lines_of(session, work.practice_id)


def list_erasures(session: Session, practice_id: UUID) -> list[tuple[datetime, str]]:
    """When payloads were erased, and of which entries ("3-7,12")."""
    rows = session.execute(_ERASURES, {"practice": practice_id})
    return [(row.at, row.entries or "") for row in rows]


def list_archives(session: Session, practice_id: UUID) -> list[NotedArchive]:
    """The archives noted, oldest first."""
    rows = session.execute(_ARCHIVES, {"practice": practice_id})
    return [NotedArchive(*row) for row in rows]


def first_entry_after(
    session: Session, practice_id: UUID, after: int
) -> tuple[int, datetime] | None:
    """The first entry that comes after entry `after`: its number and its moment."""
    row = session.execute(_FIRST_AFTER, {"practice": practice_id, "after": after}).first()
    return (row.seq, row.at) if row else None


def last_entry_before(
    session: Session, practice_id: UUID, *, after: int, before: datetime
) -> int | None:
    """The last entry after number `after` whose moment is before `before`."""
    values = {"practice": practice_id, "after": after, "before": before}
    last: int | None = session.scalar(_LAST_BEFORE, values)
    return last


def zone_of(session: Session, practice_id: UUID) -> str:
    """The practice's time zone; UTC for the platform."""
    return session.scalar(_ZONE, {"practice": practice_id}) or "UTC"
