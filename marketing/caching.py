"""How an answer may be kept: the same for everybody, named by its content, small on the way."""

import gzip
from hashlib import sha256

from flask import Response, request

CACHED_FOR = "public, max-age=60, stale-while-revalidate=300"
# Smaller answers fit one packet as they are.
WORTH_PACKING = 1000
TEXTUAL = ("text/", "application/atom+xml", "application/xml")


def finish(response: Response) -> Response:
    """Let caches hold a success, answer 304 to who has it already, and pack what is text."""
    if request.method not in ("GET", "HEAD") or response.status_code != 200:
        return response
    response.headers.setdefault("Cache-Control", CACHED_FOR)
    response.vary.update(("Accept-Language", "Accept-Encoding"))
    # Weak: the packed answer is the same page.
    response.set_etag(sha256(response.get_data()).hexdigest()[:20], weak=True)
    response.make_conditional(request)
    if response.status_code == 200:
        pack(response)
    return response


def pack(response: Response) -> None:
    """Gzip what is text, for who understands it. There is no secret in it to guess at."""
    body = response.get_data()
    if (
        len(body) < WORTH_PACKING
        or not (response.mimetype or "").startswith(TEXTUAL)
        or request.accept_encodings["gzip"] <= 0
        or "Content-Encoding" in response.headers
    ):
        return
    response.set_data(gzip.compress(body, compresslevel=6, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
