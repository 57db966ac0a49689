"""The log as one stream of changes: every practice's chain in its own order, merged by time."""

import heapq
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

Connection = psycopg.Connection[tuple[Any, ...]]
Image = dict[str, Any]

FETCHED_AT_ONCE = 2_000
# As the log's own trigger writes images, so that rows and images compare as text.
PLAIN_SETTINGS = (
    "set local timezone = 'UTC'",
    "set local intervalstyle = 'postgres'",
    "set local datestyle = 'ISO'",
    "set local bytea_output = 'hex'",
    "set local extra_float_digits = 1",
    "set local statement_timeout = 0",
)
# A loose index scan: the distinct chains without reading every link.
_CHAINS = """
    with recursive chain (id) as (
        (select practice_id from audit.link order by practice_id limit 1)
        union all
        select (select practice_id from audit.link where practice_id > chain.id
            order by practice_id limit 1) from chain where chain.id is not null
    ) select id from chain where id is not null
"""
_CHANGES = """
    select l.seq, e.id, e.target_type, e.target_id, e.schema_revision, p.body ->> 'op',
        (p.body -> 'old')::text, (p.body -> 'new')::text
    from audit.link l join audit.event e on e.id = l.event_id
    left join audit.payload p on p.event_id = e.id
    where l.practice_id = %s and e.kind = 'write' order by l.seq
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One row's change. `op` is None where the payload was erased after its retention.

    `new_text` is the new image exactly as the log has it (a number keeps its digits).
    """

    chain: UUID
    seq: int
    event_id: UUID
    table: str
    target_id: UUID | None
    revision: str
    op: str | None
    old: Image | None
    new: Image | None
    new_text: str | None


def make_plain(connection: Connection) -> None:
    """Write values the way the log does, for the length of the transaction."""
    for statement in PLAIN_SETTINGS:
        connection.execute(statement)


def read_changes(source: Connection) -> Iterator[Change]:
    """Every change in the log, oldest first; reads as the log's owner until it is exhausted.

    Within a practice the order is that of the chain, which is that of the commits. Chains are
    merged by the running maximum of their event ids: an id carries the machine's time, and what
    another practice refers to was committed, and so linked, before.
    """
    source.execute("set local role bedside_audit")
    chains = [row[0] for row in source.execute(_CHAINS).fetchall()]
    yield from _merge([_read_chain(source, chain) for chain in chains])
    source.execute("reset role")


def _merge(streams: list[Iterator[Change]]) -> Iterator[Change]:
    keyed = [_with_time(number, stream) for number, stream in enumerate(streams)]
    for _, _, _, change in heapq.merge(*keyed, key=lambda each: each[:3]):
        yield change


def _with_time(number: int, stream: Iterator[Change]) -> Iterator[tuple[UUID, int, int, Change]]:
    latest = UUID(int=0)
    for change in stream:
        latest = max(latest, change.event_id)
        yield latest, number, change.seq, change


def _read_chain(source: Connection, chain: UUID) -> Iterator[Change]:
    with source.cursor(name=f"chain_{chain.hex}") as cursor:
        cursor.itersize = FETCHED_AT_ONCE
        cursor.execute(sql.SQL(_CHANGES), (chain,))
        for seq, event_id, table, target_id, revision, op, old, new in cursor:
            yield Change(
                chain=chain,
                seq=seq,
                event_id=event_id,
                table=table,
                target_id=target_id,
                revision=revision,
                op=op,
                old=json.loads(old) if old else None,
                new=json.loads(new) if new else None,
                new_text=new,
            )
