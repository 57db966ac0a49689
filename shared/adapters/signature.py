"""Verifies that a notification was signed by its vendor, for this endpoint, just now.

Scheme, the same at Stripe (docs.stripe.com/webhooks/signature) and Whereby: header
`t=<unix>,v1=<hex>[,v1=<hex>]`, where v1 is HMAC-SHA256 of "<t>.<raw body>". Several v1 stand side
by side while a secret is being rotated. Stripe's SDK accepts a time in the future; we do not.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

BACKWARD_SECONDS = 300
FORWARD_SECONDS = 60
HEADER_LIMIT = 2000


class SignatureRefused(Exception):
    """A notification that was not signed with a secret of ours, or not just now."""


def verify(raw: bytes, header: str, *, secrets: Sequence[str], at: datetime) -> None:
    """Returns when one signature fits one secret and the time is near `at`.

    Raises SignatureRefused otherwise, with a reason that tells a log reader what to look at
    and a forger nothing he does not know.
    """
    timestamp, candidates = _parts(header)
    age = at.timestamp() - timestamp
    if age > BACKWARD_SECONDS:
        raise SignatureRefused("too old")
    if age < -FORWARD_SECONDS:
        raise SignatureRefused("in the future")
    signed = str(timestamp).encode() + b"." + raw
    for secret in secrets:
        expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest().encode()
        if any(hmac.compare_digest(expected, candidate) for candidate in candidates):
            return
    raise SignatureRefused("no signature fits")


def _parts(header: str) -> tuple[int, list[bytes]]:
    if len(header) > HEADER_LIMIT:
        raise SignatureRefused("header too long")
    timestamp: int | None = None
    candidates: list[bytes] = []
    for part in header.split(","):
        key, _, value = part.strip().partition("=")
        if key == "t":
            if timestamp is not None or not (value.isascii() and value.isdigit()):
                raise SignatureRefused("header malformed")
            timestamp = int(value[:12])
        elif key == "v1":
            candidates.append(value.encode())
    if timestamp is None or not candidates:
        raise SignatureRefused("header malformed")
    return timestamp, candidates
