"""Reading what a form sends before the program is asked: whoever sends slowly keeps nobody waiting.

A body is waited for in a thread, and a read cannot be broken off. So few requests may wait at
once, each reads in small pieces, and after each piece it is asked whether this still goes on fast
enough. Pages, which have no body, and what finds a place here go on meanwhile.
"""

import time
from io import BytesIO
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, WSGIEnvironment

# A form is small; documents go to storage, not through here.
MAX_BODY_BYTES = 1_000_000
SMALL = 65_536
# How many small and how many large bodies a process waits for at once.
SMALL_AT_ONCE, LARGE_AT_ONCE = 96, 16
# A phone at the edge of its network sends a form in a second or two.
GRACE = 10.0  # seconds
SLOWEST = 2_000  # bytes a second after that
SMALLEST_PIECE, PIECES = 16, 4_096


class TooSlow(Exception):
    """The body does not come, or comes a few bytes at a time."""


class NoRoom(Exception):
    """As many bodies are waited for as this process waits for."""


class Bodies:
    """Bodies on their way to one process."""

    def __init__(self, small: int = SMALL_AT_ONCE, large: int = LARGE_AT_ONCE) -> None:
        self._small = BoundedSemaphore(small)
        self._large = BoundedSemaphore(large)

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
        if not room.acquire(blocking=False):
            raise NoRoom
        try:
            environ["wsgi.input"] = _read(environ["wsgi.input"], length)
        finally:
            room.release()


def _read(source: "InputStream", length: int) -> "InputStream":
    # Closed with the request's environment.
    kept = BytesIO() if length <= MAX_BODY_BYTES else TemporaryFile()  # noqa: SIM115
    piece = max(SMALLEST_PIECE, length // PIECES)
    began, got = time.monotonic(), 0
    while got < length and (read := source.read(min(piece, length - got))):
        kept.write(read)
        got += len(read)
        if time.monotonic() - began > GRACE + got / SLOWEST:
            raise TooSlow
    kept.seek(0)
    return kept
