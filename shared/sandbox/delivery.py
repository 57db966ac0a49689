"""Webhooks on their way out: queued on disk, delivered by threads, tried again with backoff."""

import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

import httpx

from shared.sandbox.clock import SandboxClock
from shared.sandbox.faults import take_fault
from shared.sandbox.settings import Target
from shared.sandbox.store import Row, Store, pack, unpack

log = logging.getLogger("sandbox.delivery")
BACKOFF = (0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300, 900, 1800, 3600)
TIMEOUT = 20.0
WORKERS = 4
Signer = Callable[[bytes, Target, int], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Letter:
    """One event for one target. `kind` is `stripe` or `sns`; headers are fixed, signing is late."""

    kind: str
    subject: str
    event_id: str
    target: Target
    headers: Mapping[str, str]
    body: bytes


class Postman:
    """Delivers letters. Signs at each attempt, because Stripe's signature carries the time."""

    def __init__(self, store: Store, clock: SandboxClock, signers: Mapping[str, Signer]) -> None:
        self._store = store
        self._clock = clock
        self._signers = signers
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self._client = httpx.Client(timeout=TIMEOUT, trust_env=False)

    def start(self) -> None:
        self._store.run("update delivery set state = 'queued' where state = 'sending'")
        for number in range(WORKERS):
            thread = threading.Thread(target=self._work, name=f"postman-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        self._stopped.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(timeout=2)
        self._client.close()

    def post(self, letter: Letter, after: float = 0.0, wait_for: str | None = None) -> None:
        """Queue one letter for `after` seconds from now, obeying the webhook faults in force.

        With `wait_for` (a subscription) it stays until that is released. Joins the transaction.
        """
        service = f"{letter.kind}-webhooks"
        late = take_fault(self._store, service, "late")
        wait = after + (late.number(30) if late else 0.0)
        if take_fault(self._store, service, "reorder"):
            # Held back long enough that what happens next arrives first.
            wait += 3
        copies = 2 if take_fault(self._store, service, "duplicate") else 1
        for _ in range(copies):
            self._queue(letter, time.time() + wait, f"waiting:{wait_for}" if wait_for else "queued")
        self._wake.set()

    def _queue(self, letter: Letter, due: float, state: str) -> None:
        self._store.run(
            "insert into delivery (id, kind, subject, event_id, target, headers, body, state,"
            " next_at, created) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            str(uuid.uuid4()),
            letter.kind,
            letter.subject,
            letter.event_id,
            pack(asdict(letter.target)),
            pack(dict(letter.headers)),
            letter.body,
            state,
            due,
            self._clock.timestamp(),
        )

    def release(self, subscription: str) -> None:
        """Let go what waited for a subscription to be confirmed."""
        sql = "update delivery set state = 'queued' where state = ?"
        self._store.run(sql, f"waiting:{subscription}")
        self._wake.set()

    def resend(self, delivery_id: str) -> bool:
        """Queue a letter again, whatever became of it."""
        sql = "update delivery set state = 'queued', attempts = 0, next_at = ? where id = ?"
        found = self._store.run(sql, time.time(), delivery_id) > 0
        self._wake.set()
        return found

    def _work(self) -> None:
        while not self._stopped.is_set():
            row = self._claim()
            if row is None:
                self._wake.wait(timeout=0.25)
                self._wake.clear()
                continue
            try:
                self._attempt(row)
            except Exception:
                log.exception("delivery %s broke", row["id"])
                self._failed(row, None, "the sandbox itself failed")

    def _claim(self) -> Row | None:
        sql = (
            "select * from delivery where state = 'queued' and next_at <= ? order by next_at, rowid"
        )
        with self._store.transaction():
            row = self._store.one(f"{sql} limit 1", time.time())
            if row is not None:
                self._store.run("update delivery set state = 'sending' where id = ?", row["id"])
            return row

    def _attempt(self, row: Row) -> None:
        target = Target.read(unpack(row["target"]))
        body = bytes(row["body"])
        fault = take_fault(self._store, f"{row['kind']}-webhooks")
        if fault and fault.mode in {"status", "reset"}:
            self._failed(row, None, "pretended to be lost on the way")
            return
        if fault and fault.mode == "delay":
            time.sleep(fault.number(5))
        headers: dict[str, str] = unpack(row["headers"])
        if target.host:
            headers["Host"] = target.host
        signer = self._signers.get(row["kind"])
        if signer:
            headers |= signer(body, target, int(self._clock.timestamp()))
        if fault and fault.mode == "garbage":
            body = b"\x00garbage" + body[:40]
        try:
            answer = self._client.post(target.url, content=body, headers=headers)
        except httpx.HTTPError as error:
            self._failed(row, None, type(error).__name__)
            return
        if 200 <= answer.status_code < 300 and not (fault and fault.mode == "garbage"):
            self._delivered(row, answer.status_code)
        else:
            self._failed(row, answer.status_code, f"answered {answer.status_code}")

    def _delivered(self, row: Row, status: int) -> None:
        self._store.run(
            "update delivery set state = 'delivered', attempts = attempts + 1, last_status = ?,"
            " last_error = null where id = ?",
            status,
            row["id"],
        )

    def _failed(self, row: Row, status: int | None, why: str) -> None:
        attempts = int(row["attempts"]) + 1
        given_up = attempts > len(BACKOFF)
        wait = 0.0 if given_up else BACKOFF[attempts - 1]
        self._store.run(
            "update delivery set state = ?, attempts = ?, next_at = ?, last_status = ?,"
            " last_error = ? where id = ?",
            "failed" if given_up else "queued",
            attempts,
            time.time() + wait,
            status,
            why,
            row["id"],
        )


def describe(row: Row) -> dict[str, object]:
    """A delivery as the JSON interface and the log page show it (never the secret)."""
    target = json.loads(row["target"])
    return {
        "id": row["id"],
        "kind": row["kind"],
        "subject": row["subject"],
        "event_id": row["event_id"],
        "url": target["url"],
        "host": target["host"],
        "state": row["state"].partition(":")[0],
        "attempts": row["attempts"],
        "last_status": row["last_status"],
        "last_error": row["last_error"],
        "created": row["created"],
        "body": bytes(row["body"]).decode("utf-8", "replace"),
    }
