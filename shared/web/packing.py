"""Static files as they travel: packed once, handed out in the encoding a browser takes.

Only public files are packed here. An answer that holds somebody's secrets beside what a stranger
typed must not be (BREACH), so pages behind a sign-in go out as they are.
"""

import gzip
from functools import lru_cache

import brotli

# Best first.
ENCODINGS = ("br", "gzip")
SMALLEST = 512
REFUSED = ("q=0", "q=0.0", "q=0.00", "q=0.000")


def worth_packing(mimetype: str) -> bool:
    """Text shrinks; pictures and fonts are packed already."""
    return mimetype.startswith("text/") or mimetype.endswith(("javascript", "json", "xml"))


def choose_encoding(accepted: str, mimetype: str, size: int) -> str | None:
    """The best of our encodings that the Accept-Encoding header allows; None for plain."""
    if size < SMALLEST or not worth_packing(mimetype):
        return None
    parts = [part.strip().partition(";") for part in accepted.lower().split(",")]
    offered = {name.strip() for name, _, how in parts if how.replace(" ", "") not in REFUSED}
    return next((name for name in ENCODINGS if name in offered), None)


@lru_cache(maxsize=256)
def pack(body: bytes, encoding: str) -> bytes:
    """The bytes in that encoding; the same bytes are packed once in a process."""
    if encoding == "br":
        packed: bytes = brotli.compress(body, quality=11)
        return packed
    return gzip.compress(body, compresslevel=9, mtime=0)
