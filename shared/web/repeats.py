"""A form sent twice acts once: idempotency keys bound to session, route and body."""

import hashlib
import secrets
from uuid import UUID

from flask import Request, Response
from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from shared import clock
from shared.models.idempotency_key import IdempotencyKey

FIELD = "idempotency_key"
# Fields that differ between two prints of the same form.
UNHASHED = frozenset({FIELD, "csrf_token"})
_LOCK = text("select pg_advisory_xact_lock(:key)")
_EARLIER = select(IdempotencyKey.location).where(
    IdempotencyKey.practice_id == bindparam("practice"),
    IdempotencyKey.key_hash == bindparam("key_hash"),
    IdempotencyKey.body_hash == bindparam("body_hash"),
)


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


def find_earlier(session: Session, practice_id: UUID, prints: tuple[bytes, bytes]) -> str | None:
    """Where the first sending led, if it succeeded; waits for one that is still at it."""
    session.execute(_LOCK, {"key": int.from_bytes(prints[0][:8], "big", signed=True)})
    asked = {"practice": practice_id, "key_hash": prints[0], "body_hash": prints[1]}
    return session.scalar(_EARLIER, asked)


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
