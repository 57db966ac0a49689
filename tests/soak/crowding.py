"""A crowd as a process of its own: `python -m tests.soak.crowding PORT SECONDS RATE PATH ...`.

`RATE` people a second come whether or not the ones before were answered, each on a connection of
their own; `RATE` of zero is sixteen who come back as soon as they are answered. Raw sockets and no
library: on one machine, what the crowd costs is taken from the server. Prints a line of JSON:
(path, status, seconds, Retry-After given) of each.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from itertools import count

AT_ONCE = 16
PATIENCE = 20.0  # seconds
Answer = tuple[str, int, float, bool]
# Of everybody who came: the answers, and the seconds until the last of them had asked.
Crowd = tuple[list[Answer], float]


class Person(asyncio.Protocol):
    """One request: status 0 when the connection broke."""

    def __init__(self, path: str, port: int, done: asyncio.Future[Answer]) -> None:
        self.path = path
        self.done = done
        self.started = time.perf_counter()
        self.head = b""
        self.request = (
            f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"
        ).encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask."""
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        """The beginning says all we want to know."""
        if len(self.head) < 4096:
            self.head += data

    def connection_lost(self, exc: Exception | None) -> None:
        """The answer is over."""
        words = self.head[:16].split()
        status = int(words[1]) if exc is None and len(words) > 1 else 0
        seconds = time.perf_counter() - self.started
        told = b"\r\nretry-after:" in self.head.lower()
        if not self.done.done():
            self.done.set_result((self.path, status, seconds, told))


async def ask(port: int, path: str) -> Answer:
    """One person's answer."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Answer] = loop.create_future()
    try:
        transport, _ = await loop.create_connection(
            lambda: Person(path, port, done), "127.0.0.1", port
        )
    except OSError:
        return path, 0, 0.0, False
    try:
        return await asyncio.wait_for(done, PATIENCE)
    except TimeoutError:
        transport.abort()
        return path, 0, PATIENCE, False


async def come(port: int, paths: Sequence[str], *, rate: float, seconds: float) -> Crowd:
    """So many a second, evenly."""
    started = time.perf_counter()
    people = []
    for number in range(int(rate * seconds)):
        pause = started + number / rate - time.perf_counter()
        if pause > 0:
            await asyncio.sleep(pause)
        people.append(asyncio.ensure_future(ask(port, paths[number % len(paths)])))
    asked = time.perf_counter() - started
    return list(await asyncio.gather(*people)), asked


async def come_back(port: int, paths: Sequence[str], seconds: float) -> Crowd:
    """Sixteen without a pause."""
    end, turn = time.perf_counter() + seconds, count()

    async def one() -> list[Answer]:
        answers = []
        while time.perf_counter() < end:
            answers.append(await ask(port, paths[next(turn) % len(paths)]))
        return answers

    shares = await asyncio.gather(*(one() for _ in range(AT_ONCE)))
    return [answer for share in shares for answer in share], seconds


def main() -> None:
    port, seconds, rate, *paths = sys.argv[1:]
    length, each = float(seconds), float(rate)
    crowd = (
        come(int(port), paths, rate=each, seconds=length)
        if each
        else come_back(int(port), paths, length)
    )
    started = time.perf_counter()
    answers, asked = asyncio.run(crowd)
    elapsed = time.perf_counter() - started
    sys.stdout.write(json.dumps({"seconds": elapsed, "asked": asked, "answers": answers}) + "\n")


if __name__ == "__main__":
    main()
