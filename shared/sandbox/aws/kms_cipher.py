"""The ciphertext of KMS: names its key and material, bound to its encryption context.

Layout: version, key id (16), material id (32), nonce (12), AES-256-GCM text. The context is the
additional data, so another context fails as the real service fails: InvalidCiphertextException.
"""

import base64
import os
import uuid
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.sandbox.aws.errors import AwsError
from shared.sandbox.aws.kms_keys import Key
from shared.sandbox.store import pack

VERSION = b"\x01"
HEAD = 1 + 16 + 32
NONCE = 12
Context = dict[str, str]


@dataclass(frozen=True, slots=True)
class Envelope:
    """A ciphertext taken apart."""

    key_id: str
    material_id: str
    nonce: bytes
    text: bytes


def _refused() -> AwsError:
    # The real service explains nothing here either: the message is empty.
    return AwsError("InvalidCiphertextException", " ")


def _bound(context: Context) -> bytes:
    return pack(sorted(context.items())).encode()


def seal(key: Key, plaintext: bytes, context: Context) -> bytes:
    """Encrypt under the key's current material."""
    material = key["materials"][-1]
    nonce = os.urandom(NONCE)
    secret = AESGCM(base64.b64decode(material["secret"]))
    text = secret.encrypt(nonce, plaintext, _bound(context))
    head = VERSION + uuid.UUID(key["id"]).bytes + bytes.fromhex(material["id"])
    return head + nonce + text


def open_envelope(blob: bytes) -> Envelope:
    if len(blob) < HEAD + NONCE + 16 or blob[:1] != VERSION:
        raise _refused()
    key_id = str(uuid.UUID(bytes=blob[1:17]))
    nonce = blob[HEAD : HEAD + NONCE]
    return Envelope(key_id, blob[17:HEAD].hex(), nonce, blob[HEAD + NONCE :])


def unseal(key: Key, envelope: Envelope, context: Context) -> bytes:
    """Decrypt under whichever material sealed it; old material works for ever."""
    for material in key["materials"]:
        if material["id"] == envelope.material_id:
            secret = AESGCM(base64.b64decode(material["secret"]))
            try:
                return secret.decrypt(envelope.nonce, envelope.text, _bound(context))
            except InvalidTag:
                break
    raise _refused()
