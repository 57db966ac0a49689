"""Identifiers in the shape of each vendor's own."""

import secrets
import string
import uuid

_ALPHABET = string.ascii_letters + string.digits


def token(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def stripe_id(prefix: str) -> str:
    """`pi_1Q...`: prefix, a digit, then letters and digits; sessions carry `cs_test_` and more."""
    if prefix == "cs":
        return f"cs_test_a1{token(56)}"
    return f"{prefix}_1{token(23)}"


def message_id() -> str:
    """SES message id: hexadecimal groups ending in `-000000`."""
    return f"01{secrets.token_hex(7)}-{uuid.uuid4()}-000000"


def request_id() -> str:
    return str(uuid.uuid4())
