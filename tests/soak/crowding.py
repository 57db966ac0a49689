"""A crowd as a process of its own: `python -m tests.soak.crowding PORT SECONDS RATE PATH ...`.

`RATE` people a second come whether or not the ones before were answered, each from an address of
their own; `RATE` of zero is sixteen who come back as soon as they are answered. They come through
a balancer, as everybody does: it keeps its connections, takes them in turn, and says for whom it
asks. Bare sockets on one selector, no library: on one machine, what the crowd costs is taken from
the server. Prints a line of JSON: (path, status, seconds, Retry-After given) of each, and what the
crowd itself cost.
"""

import json
import re
import selectors
import socket
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

AT_ONCE = 16
CONNECTIONS = 64  # that the balancer opens before anybody comes
PATIENCE = 20.0  # seconds
# Sooner than this nobody looks whether the next has come: a few thousandths late is no matter.
TURN = 0.004  # seconds
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
Answer = tuple[str, int, float, bool]


@dataclass(slots=True)
class Person:
    """One request on its way; `head` is how its answer begins, `left` what is still to come."""

    path: str
    request: bytes
    started: float
    head: bytes = b""
    left: int = -1

    def hear(self, part: bytes) -> bool:
        """More of the answer; True when it is whole."""
        if self.left >= 0:
            self.left -= len(part)
            return self.left <= 0
        self.head += part
        end = self.head.find(b"\r\n\r\n")
        if end < 0:
            return False
        length = LENGTH.search(self.head)
        assert length, "an answer of no told length"
        self.left = int(length[1]) - (len(self.head) - end - 4)
        return self.left <= 0

    def answer(self, *, broken: bool = False) -> Answer:
        """What became of it: status 0 when the connection broke."""
        told = b"\r\nretry-after:" in self.head.lower()
        status = 0 if broken else int(self.head[:16].split()[1])
        return self.path, status, time.perf_counter() - self.started, told


@dataclass
class Crowd:
    """Everybody who came, and the balancer's connections."""

    port: int
    paths: Sequence[str]
    answers: list[Answer] = field(default_factory=list)
    turn: "count[int]" = field(default_factory=count)
    inside: dict[int, Person] = field(default_factory=dict)
    idle: deque[socket.socket] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        self.idle.extend(self._connect() for _ in range(CONNECTIONS))

    def come(self) -> None:
        """One more, on the connection that has rested longest."""
        number = next(self.turn)
        path = self.paths[number % len(self.paths)]
        home = f"100.{64 + number // 62_500 % 64}.{number // 250 % 250}.{number % 250}"
        request = (
            f"GET {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\nX-Forwarded-For: {home}\r\n\r\n"
        )
        person = Person(path, request.encode(), time.perf_counter())
        connection = self.idle.popleft() if self.idle else self._connect()
        self.inside[connection.fileno()] = person
        try:
            connection.send(person.request)
        except OSError:
            self._lose(connection)

    def hear(self, wait: float) -> int:
        """Take what is said within `wait` seconds; how many were answered."""
        before = len(self.answers)
        for key, _ in self.selector.select(wait):
            assert isinstance(key.fileobj, socket.socket)
            try:
                part = key.fileobj.recv(1 << 18)
            except BlockingIOError:
                continue
            except OSError:
                part = b""
            if not part:
                self._lose(key.fileobj)
            elif self.inside[key.fd].hear(part):
                self.answers.append(self.inside.pop(key.fd).answer())
                self.idle.append(key.fileobj)
        return len(self.answers) - before

    def go_home(self) -> None:
        """Who waited too long got no answer."""
        end = time.perf_counter() - PATIENCE
        late = {number for number, person in self.inside.items() if person.started < end}
        for key in list(self.selector.get_map().values()):
            if key.fd in late:
                assert isinstance(key.fileobj, socket.socket)
                self._lose(key.fileobj)

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port))
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.selector.register(connection, selectors.EVENT_READ)
        return connection

    def _lose(self, connection: socket.socket) -> None:
        person = self.inside.pop(connection.fileno(), None)
        if person:
            self.answers.append(person.answer(broken=True))
        elif connection in self.idle:
            self.idle.remove(connection)
        self.selector.unregister(connection)
        connection.close()


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
