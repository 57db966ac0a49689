"""What one request asks of the database: recorded from the program, replayed by the bare one."""

import contextlib
import pickle  # our own file, written a moment before  # nosec B403
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event

from shared.db import db
from tools.bench.load import Shot

WHO_ASKS = "select set_config('app.practice_id'"
# A time can be held once only; other pages' looks may be written again.
HOLDS = "/portal/holds"
Statement = tuple[str, Any]


@dataclass
class Recording:
    """The transactions of one request, in order; `undone` when a replay must not be kept."""

    transactions: list[list[Statement]] = field(default_factory=list)
    undone: bool = False

    @property
    def queries(self) -> int:
        """Statements beyond who asks and commit."""
        return sum(
            not statement.startswith(WHO_ASKS)
            for transaction in self.transactions
            for statement, _ in transaction
        )

    def save(self, path: Path) -> None:
        """For the bare program, which is another process."""
        path.write_bytes(pickle.dumps((self.transactions, self.undone)))

    @classmethod
    def load(cls, path: Path) -> "Recording":
        """What `save` wrote a moment ago, on this machine."""
        return cls(*pickle.loads(path.read_bytes()))  # noqa: S301 - our own file  # nosec B301


def record(app: Flask, shots: Sequence[Shot]) -> Recording:
    """Listen to the first success that is not the first request: a time may just be taken."""
    _ask(app, shots[0], "first")
    # Somebody else than the first, who has held a time by now.
    for shot in [*shots[len(shots) // 2 :], *shots]:
        recording = Recording(undone=shot.path == HOLDS)
        with _listening(db.engine, recording):
            status = _ask(app, shot, "again")
        if status == (303 if recording.undone else 200):
            recording.transactions = [one for one in recording.transactions if one]
            return recording
    raise SystemExit(f"{shots[0].path} never succeeded")


@contextlib.contextmanager
def _listening(engine: Engine, recording: Recording) -> Iterator[None]:
    def begun(_connection: Any) -> None:
        recording.transactions.append([])

    def asked(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        recording.transactions[-1].append((statement, parameters))

    event.listen(engine, "begin", begun)
    event.listen(engine, "before_cursor_execute", asked)
    try:
        yield
    finally:
        event.remove(engine, "begin", begun)
        event.remove(engine, "before_cursor_execute", asked)


def _ask(app: Flask, shot: Shot, word: str) -> int:
    client = app.test_client(use_cookies=False)
    answer = client.open(
        shot.path,
        method=shot.method,
        headers={name: value for name, value in shot.headers.items() if name != "Host"},
        base_url=f"http://{shot.headers['Host']}",
        data=shot.body.replace("{random}", word) if shot.body else None,
    )
    return answer.status_code
