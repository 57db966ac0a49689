"""A crowd as a process of its own: `python -m tests.soak.crowding PORT SECONDS RATE PATH ...`.

`RATE` people a second come whether or not the ones before were answered, each on a connection and
from an address of their own; `RATE` of zero is sixteen who come back as soon as they are answered.
Bare sockets on one selector, no library: on one machine, what the crowd costs is taken from the
server. Prints a line of JSON: (path, status, seconds, Retry-After given) of each, and what the
crowd itself cost.
"""

import json
import selectors
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

AT_ONCE = 16
PATIENCE = 20.0  # seconds
# Sooner than this nobody looks whether the next has come: a few thousandths late is no matter.
TURN = 0.004  # seconds
Answer = tuple[str, int, float, bool]


@dataclass(slots=True)
class Person:
    """One request on its way; `head` is how its answer begins."""

    path: str
    connection: socket.socket
    started: float
    head: bytes = b""

    def answer(self) -> Answer:
        """What became of it: status 0 when the connection broke."""
        words = self.head[:16].split()
        told = b"\r\nretry-after:" in self.head.lower()
        status = int(words[1]) if len(words) > 1 else 0
        return self.path, status, time.perf_counter() - self.started, told


@dataclass
class Crowd:
    """Everybody who came."""

    port: int
    paths: Sequence[str]
    answers: list[Answer] = field(default_factory=list)
    turn: "count[int]" = field(default_factory=count)
    inside: dict[int, Person] = field(default_factory=dict)
    buffer: bytearray = field(default_factory=lambda: bytearray(1 << 18))

    def __post_init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        self.requests = {
            path: f"GET {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\n"
            "Connection: close\r\n\r\n".encode()
            for path in self.paths
        }

    def come(self) -> None:
        """One more: connects, and asks as soon as it is heard."""
        number = next(self.turn)
        path = self.paths[number % len(self.paths)]
        connection = socket.socket()
        connection.setblocking(False)
        connection.bind(
            (f"127.{1 + number // 62_500 % 250}.{number // 250 % 250}.{number % 250 + 1}", 0)
        )
        connection.connect_ex(("127.0.0.1", self.port))
        self.inside[connection.fileno()] = Person(path, connection, time.perf_counter())
        self.selector.register(connection, selectors.EVENT_WRITE)

    def hear(self, wait: float) -> int:
        """Serve what happens within `wait` seconds; how many were answered."""
        before = len(self.answers)
        for key, event in self.selector.select(wait):
            person = self.inside[key.fd]
            try:
                if event & selectors.EVENT_WRITE:
                    person.connection.send(self.requests[person.path])
                    self.selector.modify(person.connection, selectors.EVENT_READ)
                elif not self._read(person):
                    self._go(person)
            except BlockingIOError:
                continue
            except OSError:
                person.head = b""
                self._go(person)
        return len(self.answers) - before

    def _read(self, person: Person) -> int:
        """The beginning says all we want to know."""
        size = person.connection.recv_into(self.buffer)
        if not person.head:
            person.head = bytes(self.buffer[: min(size, 4096)])
        return size

    def _go(self, person: Person) -> None:
        self.selector.unregister(person.connection)
        del self.inside[person.connection.fileno()]
        person.connection.close()
        self.answers.append(person.answer())

    def go_home(self) -> None:
        """Who waited too long got no answer."""
        end = time.perf_counter() - PATIENCE
        for person in [one for one in self.inside.values() if one.started < end]:
            person.head = b""
            self._go(person)


def come_evenly(crowd: Crowd, rate: float, seconds: float) -> float:
    """So many a second; the seconds until the last of them had asked."""
    started, came, total = time.perf_counter(), 0, int(rate * seconds)
    while came < total:
        due = min(total, int((time.perf_counter() - started) * rate) + 1)
        for _ in range(due - came):
            crowd.come()
        came = max(came, due)
        crowd.hear(0)
        pause = started + came / rate - time.perf_counter()
        if pause > 0:
            time.sleep(min(pause, TURN))
    asked = time.perf_counter() - started
    while crowd.inside:
        crowd.hear(0.1)
        crowd.go_home()
    return asked


def come_back(crowd: Crowd, seconds: float) -> float:
    """Sixteen without a pause."""
    end = time.perf_counter() + seconds
    for _ in range(AT_ONCE):
        crowd.come()
    while crowd.inside:
        answered = crowd.hear(0.1)
        if time.perf_counter() < end:
            for _ in range(answered):
                crowd.come()
        crowd.go_home()
    return seconds


def main() -> None:
    port, length, each, *paths = sys.argv[1:]
    seconds, rate = float(length), float(each)
    crowd = Crowd(int(port), paths)
    started, spent = time.perf_counter(), time.process_time()
    asked = come_evenly(crowd, rate, seconds) if rate else come_back(crowd, seconds)
    found = {
        "seconds": time.perf_counter() - started,
        "asked": asked,
        "cost": time.process_time() - spent,
        "answers": crowd.answers,
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
