"""A form sent twice acts once: idempotency keys bound to practice, face, session, route and body.

A form that signs somebody in answers with a cookie, and a double click shows the second answer:
the first one's cookie may be lost with it. So the session's token is derived from the form's own
key, which only that browser has, under the practice's key, which no browser has: the second
answer can give the same cookie again without anybody having stored it.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import Request, Response
from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from shared import clock
from shared.keyring import blind_index
from shared.models.idempotency_key import IdempotencyKey

FIELD = "idempotency_key"
# Fields that differ between two prints of the same form.
UNHASHED = frozenset({FIELD, "csrf_token"})
DERIVED_FOR = "session_token"
_LOCK = text("select pg_advisory_xact_lock(:key)")
_EARLIER = select(IdempotencyKey.location, IdempotencyKey.created_at).where(
    IdempotencyKey.practice_id == bindparam("practice"),
    IdempotencyKey.key_hash == bindparam("key_hash"),
    IdempotencyKey.body_hash == bindparam("body_hash"),
)
# A double click, or an impatient third: later than this it is somebody going back in history.
PRESSED_AGAIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Earlier:
    """Where the first sending led, and whether that was seconds ago."""

    location: str
    just_now: bool


def new_idempotency_key() -> str:
    """For the hidden field of a freshly printed form."""
    return secrets.token_urlsafe(18)


def fingerprint(request: Request, who: bytes) -> tuple[bytes, bytes] | None:
    """(key hash, body hash) of a form submission; None when it carries no key."""
    key = request.form.get(FIELD)
    if not key:
        return None
    bound = b"|".join((key.encode(), who, request.path.encode()))
    body = hashlib.sha256()
    for name, values in sorted(request.form.lists()):
        if name not in UNHASHED:
            for value in values:
                body.update(f"{len(name)}:{name}{len(value)}:{value}".encode())
    return hashlib.sha256(bound).digest(), body.digest()


def session_token(request: Request, practice_id: UUID, prints: tuple[bytes, bytes]) -> str:
    """The token of the session that this very form starts, should it start one: 256 bits.

    The same form never starts two: what it proves with works once.
    """
    what = "|".join((request.form[FIELD], prints[0].hex(), prints[1].hex()))
    halves = (blind_index(practice_id, f"{DERIVED_FOR}.{half}", what) or b"" for half in (1, 2))
    derived = b"".join(halves)
    return base64.urlsafe_b64encode(derived).rstrip(b"=").decode()


def find_earlier(
    session: Session, practice_id: UUID, prints: tuple[bytes, bytes]
) -> Earlier | None:
    """Where the first sending led, if it succeeded; waits for one that is still at it."""
    session.execute(_LOCK, {"key": int.from_bytes(prints[0][:8], "big", signed=True)})
    asked = {"practice": practice_id, "key_hash": prints[0], "body_hash": prints[1]}
    found = session.execute(_EARLIER, asked).one_or_none()
    if found is None:
        return None
    return Earlier(found.location, clock.now() - found.created_at < PRESSED_AGAIN)


def remember(
    session: Session, practice_id: UUID, prints: tuple[bytes, bytes], response: Response
) -> None:
    """Keep where a successful sending led, in its own transaction."""
    location = response.headers.get("Location") or response.headers.get("HX-Redirect")
    if location is None:
        return
    session.add(
        IdempotencyKey(
            practice_id=practice_id,
            key_hash=prints[0],
            body_hash=prints[1],
            location=location,
            created_at=clock.now(),
        )
    )
    session.flush()
