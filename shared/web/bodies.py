"""Reading what a form sends before the program is asked: whoever sends slowly keeps nobody waiting.

A body is waited for in a thread, and the server's read comes back only when all it was asked for is
there. So few requests may wait at once, of one network fewer still; what comes slowly is read byte
by byte, and after each it is asked whether this still goes on fast enough. Pages, which have no
body, and what finds a place here go on meanwhile.
"""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from tempfile import TemporaryFile
from threading import Lock
from typing import TYPE_CHECKING

from shared.auth.limits import network_of

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, WSGIEnvironment

# A form is small; documents go to storage, not through here.
MAX_BODY_BYTES = 1_000_000
SMALL = 8_192
# How many small and how many large bodies a process waits for at once, and how many of one network.
SMALL_AT_ONCE, LARGE_AT_ONCE = (96, 24), (32, 4)
# A phone at the edge of its network sends a form in a second or two.
GRACE = 10.0  # seconds
SLOWEST = 2_000  # bytes a second after that
# Each read lets other threads go first, who may take five thousandths of a second: what has come
# already is taken in growing pieces, what has to be waited for in smaller ones. A stall ends with
# as many more bytes as one piece has.
AT_ONCE = 0.001  # seconds
LARGEST_PIECE, LARGEST_OF_LARGE = 32, 64


class TooSlow(Exception):
    """The body does not come, or comes a few bytes at a time."""


class NoRoom(Exception):
    """As many bodies are waited for as this process waits for."""


class _Room:
    """So many at once, and of one network only a few of them."""

    def __init__(self, most: int, from_one: int) -> None:
        self._most, self._from_one = most, from_one
        self._inside: Counter[str] = Counter()
        self._lock = Lock()

    @contextmanager
    def place_of(self, sender: str) -> Iterator[None]:
        """A place until the end of the block. Raises NoRoom."""
        with self._lock:
            if self._inside.total() >= self._most or self._inside[sender] >= self._from_one:
                raise NoRoom
            self._inside[sender] += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside[sender] -= 1
                self._inside += Counter()  # forget who is gone


class Bodies:
    """Bodies on their way to one process."""

    def __init__(
        self, small: tuple[int, int] = SMALL_AT_ONCE, large: tuple[int, int] = LARGE_AT_ONCE
    ) -> None:
        """How many at once, and how many of one network."""
        self._small, self._large = _Room(*small), _Room(*large)

    def take(self, environ: "WSGIEnvironment", up_to: int = MAX_BODY_BYTES) -> None:
        """Replace `wsgi.input` by all that was sent. Raises TooSlow, NoRoom.

        Bodies that will be refused for their size are left where they are. One in chunks, which
        does not say how long it is, says so afterwards.
        """
        if environ.get("HTTP_TRANSFER_ENCODING"):
            with self._large.place_of(sender_of(environ)):
                _measure(environ, up_to)
            return
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
        except ValueError:
            return
        if not 0 < length <= up_to:
            return
        room, piece = self._small, LARGEST_PIECE
        if length > SMALL:
            room, piece = self._large, LARGEST_OF_LARGE
        with room.place_of(sender_of(environ)):
            environ["wsgi.input"] = _read(environ["wsgi.input"], length, piece)[0]


def sender_of(environ: "WSGIEnvironment") -> str:
    """The network of whom the nearest proxy heard, or of who connected.

    Without a proxy it may be made up: then the limit of one network is worth nothing, and the
    others hold.
    """
    told: str = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    return network_of(told or environ.get("REMOTE_ADDR", ""))


def _read(source: "InputStream", most: int, largest: int) -> "tuple[InputStream, int]":
    """What came, `most` bytes of it, in pieces of at most `largest`; and how much it is."""
    # What is larger than a form waits on the disk; closed with the request's environment.
    kept = BytesIO() if most <= MAX_BODY_BYTES else TemporaryFile()  # noqa: SIM115
    began = asked = time.monotonic()
    got, piece = 0, 1
    while got < most and (read := source.read(min(piece, most - got))):
        kept.write(read)
        got += len(read)
        now = time.monotonic()
        if now - began > GRACE + got / SLOWEST:
            raise TooSlow
        piece = min(piece * 2, largest) if now - asked < AT_ONCE else max(1, piece // 2)
        asked = now
    kept.seek(0)
    return kept, got


def _measure(environ: "WSGIEnvironment", up_to: int) -> None:
    """Of a body in chunks: read it and say its length. One byte too many tells that it is more."""
    kept, length = _read(environ["wsgi.input"], up_to + 1, LARGEST_OF_LARGE)
    del environ["HTTP_TRANSFER_ENCODING"]
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = kept, str(length)
