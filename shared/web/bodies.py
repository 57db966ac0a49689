"""Reading what a form sends before the program is asked: whoever sends slowly keeps nobody waiting.

A body is waited for in a thread, and the server's read comes back only when all it was asked for is
there. So few requests may wait at once, of one address fewer still; what comes slowly is read byte
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

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, WSGIEnvironment

# A form is small; documents go to storage, not through here.
MAX_BODY_BYTES = 1_000_000
SMALL = 8_192
# How many small and how many large bodies a process waits for at once, and how many of one address.
SMALL_AT_ONCE, LARGE_AT_ONCE = (96, 24), (16, 4)
# A phone at the edge of its network sends a form in a second or two.
GRACE = 10.0  # seconds
SLOWEST = 2_000  # bytes a second after that
# Each read lets other threads go first, who may take five thousandths of a second: what has come
# already is taken in growing pieces, what has to be waited for in smaller ones.
AT_ONCE = 0.001  # seconds
LARGEST_PIECE = 32
PIECES = 4_096  # of a large body


class TooSlow(Exception):
    """The body does not come, or comes a few bytes at a time."""


class NoRoom(Exception):
    """As many bodies are waited for as this process waits for."""


class _Room:
    """So many at once, and of one address only a few of them."""

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
        """How many at once, and how many of one address."""
        self._small, self._large = _Room(*small), _Room(*large)

    def take(self, environ: "WSGIEnvironment", up_to: int = MAX_BODY_BYTES) -> None:
        """Replace `wsgi.input` by all that was sent. Raises TooSlow, NoRoom.

        Bodies that will be refused for their size are left where they are, and so are those that
        do not say how long they are. What is larger than a form waits on the disk, not in memory.
        """
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
        except ValueError:
            return
        if not 0 < length <= up_to:
            return
        room = self._small if length <= SMALL else self._large
        with room.place_of(_sender(environ)):
            environ["wsgi.input"] = _read(environ["wsgi.input"], length)


def _sender(environ: "WSGIEnvironment") -> str:
    """Whom the nearest proxy heard, or who connected.

    Without a proxy it may be made up: then the limit of one address is worth nothing, and the
    others hold.
    """
    told: str = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    return told or environ.get("REMOTE_ADDR", "")


def _read(source: "InputStream", length: int) -> "InputStream":
    # Closed with the request's environment.
    kept = BytesIO() if length <= MAX_BODY_BYTES else TemporaryFile()  # noqa: SIM115
    most = LARGEST_PIECE if length <= SMALL else max(LARGEST_PIECE, length // PIECES)
    began = asked = time.monotonic()
    got, piece = 0, 1
    while got < length and (read := source.read(min(piece, length - got))):
        kept.write(read)
        got += len(read)
        now = time.monotonic()
        if now - began > GRACE + got / SLOWEST:
            raise TooSlow
        piece = min(piece * 2, most) if now - asked < AT_ONCE else max(1, piece // 2)
        asked = now
    kept.seek(0)
    return kept
