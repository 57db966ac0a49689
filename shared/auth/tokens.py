"""Secrets that open a door once: made here, compared here, stored only as hashes."""

import hashlib
import hmac
import re
import secrets
from uuid import UUID

TOKEN_BYTES = 32
CODE_DIGITS = 8

_TOKEN_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """Return 256 bits from the system's generator, in URL-safe letters (43 of them)."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> bytes:
    """Return what is kept of a token.

    A plain SHA-256 is enough: 256 random bits cannot be searched, so a slow hash would only
    slow us down.
    """
    return hashlib.sha256(token.encode()).digest()


def looks_like_token(value: str) -> bool:
    """Whether a string has the shape of a token: cheap refusal before any database work."""
    return _TOKEN_SHAPE.fullmatch(value) is not None


def new_code() -> str:
    """Return eight digits a person can read aloud and type."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def normalise_code(typed: str) -> str:
    """Return the digits of what was typed: people copy "1234 5678" and "1234-5678" alike.

    Only ASCII digits count; anything left over makes the code wrong instead of being dropped.
    """
    return re.sub(r"[\s\u2010-\u2015-]", "", typed)


def code_message(owner_id: UUID, code: str) -> str:
    """Return what a keyed hash of a code is taken over.

    Eight digits are searched in a second, so their hash needs the practice's key; it is bound to
    the attempt, so a code typed into another attempt's page is as wrong as any other.
    """
    return f"{owner_id}|{normalise_code(code)}"


def same(left: bytes, right: bytes) -> bool:
    """Compare two hashes in constant time."""
    return hmac.compare_digest(left, right)


def format_code(code: str) -> str:
    """Return a code in two groups, as it is printed in mails ("1234 5678")."""
    half = CODE_DIGITS // 2
    return f"{code[:half]} {code[half:]}"
