"""A KMS that lives in the test's memory: wraps with one fixed key, honours the context."""

import json
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.keyring import KeysUnavailable

_MASTER = AESGCM(b"\x07" * 32)


class LocalKeys:
    """Implements shared.keyring.KeyWrapper; `away = True` makes it refuse."""

    def __init__(self) -> None:
        self.away = False

    def generate(self, context: dict[str, str]) -> tuple[bytes, bytes, str]:
        """A new data key."""
        plain, nonce = os.urandom(32), os.urandom(12)
        return plain, nonce + _MASTER.encrypt(nonce, plain, _bound(context)), "test-key"

    def rewrap(self, wrapped: bytes, context: dict[str, str], key_id: str) -> tuple[bytes, str]:
        """The same data key, wrapped anew."""
        plain, nonce = self.unwrap(wrapped, context, key_id), os.urandom(12)
        return nonce + _MASTER.encrypt(nonce, plain, _bound(context)), "test-key"

    def unwrap(self, wrapped: bytes, context: dict[str, str], key_id: str | None = None) -> bytes:
        """The data key again, only under the same context."""
        if self.away:
            raise KeysUnavailable("the test took the keys away")
        try:
            return _MASTER.decrypt(wrapped[:12], wrapped[12:], _bound(context))
        except InvalidTag as error:
            raise KeysUnavailable("wrong context") from error


def _bound(context: dict[str, str]) -> bytes:
    return json.dumps(context, sort_keys=True).encode()
