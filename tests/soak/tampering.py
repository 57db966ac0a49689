"""Ways to change a log as somebody who owns the server would, each with what must be found.

A way is a function of a `Meddler`; it changes the log inside a transaction that is rolled back, and
returns what a verifier has to name: kinds of finding, and the entries or events it may name.
"""

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg

TABLES = ("event", "payload", "link", "checkpoint", "archive")
COLUMNS = {
    "act_id": "gen_random_uuid()",
    "practice_id": "gen_random_uuid()",
    "kind": "case kind when 'act' then 'look' else 'act' end",
    "at": "at + interval '1 microsecond'",
    "actor_kind": "actor_kind || 'x'",
    "actor_id": "gen_random_uuid()",
    "on_behalf_of": "gen_random_uuid()",
    "session_id": "gen_random_uuid()",
    "request_id": "coalesce(request_id, '') || 'x'",
    "db_role": "'bedside_owner'",
    "reason": "coalesce(reason, '') || chr(9) || 'because'",
    "action": "'nothing.happened'",
    "target_type": "target_type || 's'",
    "target_id": "gen_random_uuid()",
    "patient_id": "gen_random_uuid()",
    "schema_revision": "'9999'",
    "payload_hash": "sha256('another')",
    "id": "gen_random_uuid()",
}
PAYLOAD_COLUMNS = {
    "body": "body || '{\"forged\": 1}'",
    "salt": "sha256(salt)",
    "patient_id": "gen_random_uuid()",
    "practice_id": "gen_random_uuid()",
    "kind": "case kind when 'act' then 'look' else 'act' end",
}


@dataclass(frozen=True)
class Link:
    seq: int
    event_id: UUID
    event_hash: bytes


@dataclass(frozen=True)
class Expected:
    """What has to be found: one of these kinds, naming one of these entries or events."""

    kinds: set[str]
    seqs: set[int]
    ids: set[str]


@dataclass
class Meddler:
    """A superuser's connection, the log of one practice, and how far checkpoints reach."""

    connection: "psycopg.Connection[Any]"
    practice_id: UUID
    links: list[Link]
    covered: int
    random: random.Random

    def run(self, statement: str, *values: object) -> None:
        self.connection.execute(statement.encode(), values)

    def any_entry(self) -> Link:
        return self.random.choice(self.links)

    def sealed_entry(self) -> Link:
        return self.random.choice(self.links[: self.covered])

    def write_anew(self, events: list[tuple[UUID, bytes]]) -> None:
        """All links again, numbered and chained as the real ones are."""
        self.run("delete from audit.link where practice_id = %s", self.practice_id)
        before, rows = hashlib.sha256(self.practice_id.bytes).digest(), []
        for seq, (event_id, hashed) in enumerate(events, 1):
            before = hashlib.sha256(before + seq.to_bytes(8, "big") + hashed).digest()
            rows.append((self.practice_id, seq, event_id, hashed, before))
        with (
            self.connection.cursor() as cursor,
            cursor.copy(
                "copy audit.link (practice_id, seq, event_id, event_hash, hash) from stdin"
            ) as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def new_event(self) -> tuple[UUID, bytes]:
        """A forged event, a copy of another with an id of its own, and its true hash."""
        made, model = uuid4(), self.any_entry()
        self.run(
            "insert into audit.event select (e).* from (select"
            " jsonb_populate_record(event, jsonb_build_object('id', %s::text)) as e"
            " from audit.event event where id = %s) as copied",
            str(made),
            model.event_id,
        )
        return made, self.hash_of(made)

    def hash_of(self, event_id: UUID) -> bytes:
        row = self.connection.execute(
            "select audit.event_hash(e) from audit.event e where id = %s", (event_id,)
        ).fetchone()
        assert row is not None
        return bytes(row[0])

    def events(self) -> list[tuple[UUID, bytes]]:
        return [(link.event_id, link.event_hash) for link in self.links]


def of(*links: Link, kinds: str) -> Expected:
    return Expected(
        set(kinds.split()), {one.seq for one in links}, {str(one.event_id) for one in links}
    )


def alter_column(log: Meddler) -> Expected:
    link, column = log.any_entry(), log.random.choice(list(COLUMNS))
    log.run(f"update audit.event set {column} = {COLUMNS[column]} where id = %s", link.event_id)
    return of(link, kinds="altered missing")


def alter_payload(log: Meddler) -> Expected:
    link, column = log.any_entry(), log.random.choice(list(PAYLOAD_COLUMNS))
    log.run(
        f"update audit.payload set {column} = {PAYLOAD_COLUMNS[column]} where event_id = %s",
        link.event_id,
    )
    return of(link, kinds="altered")


def delete_payload(log: Meddler) -> Expected:
    link = log.any_entry()
    log.run("delete from audit.payload where event_id = %s", link.event_id)
    return of(link, kinds="missing")


def delete_event(log: Meddler) -> Expected:
    link = log.any_entry()
    log.run("delete from audit.event where id = %s", link.event_id)
    if log.random.random() < 0.5:
        log.run("delete from audit.payload where event_id = %s", link.event_id)
    return of(link, kinds="missing")


def delete_link(log: Meddler) -> Expected:
    link = log.any_entry()
    log.run("delete from audit.link where event_id = %s", link.event_id)
    return of(link, kinds="missing truncated inserted")


def delete_everything(log: Meddler) -> Expected:
    link = log.sealed_entry()
    for table, column in (("link", "event_id"), ("payload", "event_id"), ("event", "id")):
        log.run(f"delete from audit.{table} where {column} = %s", link.event_id)
    return of(link, kinds="missing truncated")


def insert_event(log: Meddler) -> Expected:
    made, _ = log.new_event()
    return Expected({"inserted"}, set(), {str(made)})


def reorder(log: Meddler) -> Expected:
    first, second = log.random.sample(log.links, 2)
    for old, new in ((first.seq, 10**9), (second.seq, first.seq), (10**9, second.seq)):
        log.run(
            "update audit.link set seq = %s where practice_id = %s and seq = %s",
            *(new, log.practice_id, old),
        )
    return of(first, second, kinds="reordered relinked")


def swap(log: Meddler) -> Expected:
    first, second = log.random.sample(log.links, 2)
    for link, event_id, hashed in (
        (first, uuid4(), first.event_hash),
        (second, first.event_id, first.event_hash),
        (first, second.event_id, second.event_hash),
    ):
        log.run(
            "update audit.link set event_id = %s, event_hash = %s"
            " where practice_id = %s and seq = %s",
            *(event_id, hashed, log.practice_id, link.seq),
        )
    return of(first, second, kinds="reordered relinked")


def alter_link(log: Meddler) -> Expected:
    link = log.any_entry()
    column = log.random.choice(["hash", "event_hash"])
    log.run(f"update audit.link set {column} = sha256({column}) where event_id = %s", link.event_id)
    return of(link, kinds="relinked altered")


def move_link(log: Meddler) -> Expected:
    link = log.sealed_entry()
    log.run(
        "update audit.link set practice_id = gen_random_uuid() where event_id = %s", link.event_id
    )
    return of(link, kinds="missing truncated")


def cut_tail(log: Meddler) -> Expected:
    link = log.sealed_entry()
    gone = "select event_id from audit.link where practice_id = %s and seq >= %s"
    log.run(f"delete from audit.payload where event_id in ({gone})", *(log.practice_id, link.seq))
    log.run(f"delete from audit.event where id in ({gone})", *(log.practice_id, link.seq))
    log.run(
        "delete from audit.link where practice_id = %s and seq >= %s", *(log.practice_id, link.seq)
    )
    return of(link, kinds="truncated")


def rewrite_altered(log: Meddler) -> Expected:
    link, column = log.sealed_entry(), log.random.choice(["at", "reason", "actor_id", "patient_id"])
    log.run(f"update audit.event set {column} = {COLUMNS[column]} where id = %s", link.event_id)
    if column == "patient_id":
        log.run(
            "update audit.payload p set patient_id = e.patient_id from audit.event e"
            " where e.id = p.event_id and e.id = %s",
            link.event_id,
        )
    events = log.events()
    events[link.seq - 1] = (link.event_id, log.hash_of(link.event_id))
    log.write_anew(events)
    return of(link, kinds="altered")


def rewrite_contents(log: Meddler) -> Expected:
    """The most careful forger: contents, hash of the contents, event, chain."""
    link = log.sealed_entry()
    log.run(
        "update audit.payload set body = body || '{\"forged\": true}' where event_id = %s",
        link.event_id,
    )
    log.run(
        "update audit.event e set payload_hash = audit.payload_hash(p.salt, p.body)"
        " from audit.payload p where p.event_id = e.id and e.id = %s",
        link.event_id,
    )
    events = log.events()
    events[link.seq - 1] = (link.event_id, log.hash_of(link.event_id))
    log.write_anew(events)
    return of(link, kinds="altered")


def rewrite_deleted(log: Meddler) -> Expected:
    link = log.sealed_entry()
    for table, column in (("payload", "event_id"), ("event", "id")):
        log.run(f"delete from audit.{table} where {column} = %s", link.event_id)
    log.write_anew([one for one in log.events() if one[0] != link.event_id])
    return of(link, kinds="missing truncated")


def rewrite_inserted(log: Meddler) -> Expected:
    link, made = log.sealed_entry(), log.new_event()
    log.run(
        "insert into audit.payload select %s, practice_id, patient_id, kind, retention, salt, body"
        " from audit.payload p where payload_hash(p.salt, p.body) ="
        " (select payload_hash from audit.event where id = %s) limit 1".replace(
            "payload_hash(p", "audit.payload_hash(p"
        ),
        *(made[0], made[0]),
    )
    events = log.events()
    events.insert(link.seq - 1, made)
    log.write_anew(events)
    return Expected({"inserted"}, {link.seq}, {str(made[0])})


def rewrite_reordered(log: Meddler) -> Expected:
    first, second = log.random.sample(log.links[: log.covered], 2)
    events = log.events()
    events[first.seq - 1], events[second.seq - 1] = events[second.seq - 1], events[first.seq - 1]
    log.write_anew(events)
    return of(first, second, kinds="reordered")


WAYS: tuple[Callable[[Meddler], Expected], ...] = (
    *(alter_column, alter_payload, delete_payload, delete_event, delete_link, delete_everything),
    *(insert_event, reorder, swap, alter_link, move_link, cut_tail, rewrite_altered),
    *(rewrite_contents, rewrite_deleted, rewrite_inserted, rewrite_reordered),
)
