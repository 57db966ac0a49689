"""Everything the sandbox remembers: one SQLite file (WAL), so that a restart forgets nothing."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Row = sqlite3.Row

SCHEMA = """
create table if not exists mail (id text primary key, message_id text unique, created real,
  sender text, recipients text, subject text, raw blob, tags text, state text);
create table if not exists mail_event (id integer primary key, message_id text, at real,
  kind text, detail text);
create table if not exists suppressed (address text primary key, reason text, at real);
create table if not exists identity (domain text primary key, first_seen real);
create table if not exists call (id integer primary key, at real, service text, operation text,
  status integer, summary text);
create table if not exists fault (id integer primary key, service text, mode text, value text,
  times integer);
create table if not exists resend_key (key text primary key, fingerprint text, id text, at real);
create table if not exists delivery (id text primary key, kind text, subject text, event_id text,
  target text, headers text, body blob, state text, attempts integer default 0, next_at real,
  created real, last_status integer, last_error text);
create index if not exists delivery_due on delivery (state, next_at);
create table if not exists subscription (arn text primary key, url text, host text, token text,
  confirmed integer default 0);
create table if not exists kms_key (id text primary key, body text);
create table if not exists kms_alias (name text primary key, key_id text);
create table if not exists bucket (name text primary key, created real, lock integer);
create table if not exists object_version (version text primary key, bucket text, key text,
  seq integer, created real, marker integer default 0, size integer, etag text, body text);
create index if not exists object_by_key on object_version (bucket, key, seq);
create table if not exists stripe_object (id text primary key, account text, kind text,
  seq integer, body text, extra text);
create index if not exists stripe_by_kind on stripe_object (account, kind, seq);
create table if not exists stripe_key (account text, key text, fingerprint text, status integer,
  body text, primary key (account, key));
create table if not exists video_room (id text primary key, name text unique, body text, ends real,
  created real);
create table if not exists video_client (id text primary key, meeting_id text, role text, who text,
  state text, seen real);
create table if not exists video_signal (id integer primary key autoincrement, meeting_id text,
  sender text, recipient text, body text);
create table if not exists video_event (id integer primary key, room_name text, at real, kind text,
  client_id text, who text);
create table if not exists timer (id integer primary key, due real, kind text, payload text);
create table if not exists setting (name text primary key, value text);
"""
# Columns that a memory from before they existed is given at the next start.
ADDED = (
    ("mail", "provider", "text default 'ses'"),
    ("fault", "until", "real"),
)
FORGOTTEN = (
    *("mail", "mail_event", "suppressed", "identity", "call", "fault", "delivery"),
    *("object_version", "stripe_object", "stripe_key", "resend_key", "timer"),
    *("video_room", "video_client", "video_signal", "video_event"),
)


class Store:
    """One connection behind one lock: calls are short, and order is worth more than speed."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=normal")
        self._db.executescript(SCHEMA)
        for table, column, kind in ADDED:
            columns = "pragma table_info(" + table + ")"  # names of ours: SQLite binds none
            if column not in {row["name"] for row in self._db.execute(columns)}:
                self._db.execute("alter table " + table + " add column " + column + " " + kind)

    @contextmanager
    def transaction(self) -> Iterator["Store"]:
        """All or nothing; an inner transaction joins the outer one."""
        with self._lock:
            if self._depth == 0:
                self._db.execute("begin immediate")
            self._depth += 1
            try:
                yield self
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._db.execute("rollback")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._db.execute("commit")

    def run(self, sql: str, *values: object) -> int:
        """Execute one statement, return how many rows it touched."""
        with self._lock:
            return self._db.execute(sql, values).rowcount

    def one(self, sql: str, *values: object) -> Row | None:
        with self._lock:
            row: Row | None = self._db.execute(sql, values).fetchone()
            return row

    def all(self, sql: str, *values: object) -> list[Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def setting(self, name: str) -> str | None:
        row = self.one("select value from setting where name = ?", name)
        return None if row is None else str(row["value"])

    def remember(self, name: str, value: str) -> None:
        self.run("insert or replace into setting (name, value) values (?, ?)", name, value)

    def forget(self) -> None:
        """Empty every table but keys, subscriptions and settings."""
        with self.transaction():
            for table in FORGOTTEN:
                self.run(f"delete from {table}")  # noqa: S608  names from the tuple above

    def close(self) -> None:
        with self._lock:
            self._db.close()


def pack(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def unpack(text: str) -> Any:
    return json.loads(text)
