"""A passkey in software: enough of an authenticator to walk both WebAuthn ceremonies.

It answers the options our server sends exactly as a browser would hand them back
(`PublicKeyCredential.toJSON()`), so the server's own checks run unmodified. Everything a test
may want to spoil is an attribute or an argument.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_USER_PRESENT = 0x01
_USER_VERIFIED = 0x04
_BACKUP_ELIGIBLE = 0x08
_BACKED_UP = 0x10
_ATTESTED = 0x40


def b64(raw: bytes) -> str:
    """Encode as WebAuthn's JSON does: base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Decode base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class VirtualPasskey:
    """One discoverable credential on one pretended device."""

    origin: str
    user_verified: bool = True
    synced: bool = False
    sign_count: int = 0
    rp_id: str = ""
    user_handle: bytes = b""
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.create()` for the given creation options."""
        self.rp_id = options["rp"]["id"]
        self.user_handle = unb64(options["user"]["id"])
        attested = (
            bytes(16)
            + len(self.credential_id).to_bytes(2, "big")
            + self.credential_id
            + self._cose_key()
        )
        attestation = (
            b"\xa3"
            + _cbor_text("fmt")
            + _cbor_text("none")
            + _cbor_text("attStmt")
            + b"\xa0"
            + _cbor_text("authData")
            + _cbor_bytes(self._authenticator_data(_ATTESTED) + attested)
        )
        client_data = self._client_data("webauthn.create", options["challenge"])
        return self._credential(
            {
                "clientDataJSON": b64(client_data),
                "attestationObject": b64(attestation),
                "transports": ["internal"],
            }
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.get()` for the given request options."""
        if not self.synced:
            self.sign_count += 1
        client_data = self._client_data("webauthn.get", options["challenge"])
        authenticator_data = self._authenticator_data(0)
        signature = self.key.sign(
            authenticator_data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256())
        )
        return self._credential(
            {
                "clientDataJSON": b64(client_data),
                "authenticatorData": b64(authenticator_data),
                "signature": b64(signature),
                "userHandle": b64(self.user_handle),
            }
        )

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": b64(self.credential_id),
            "rawId": b64(self.credential_id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        }

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps(
            {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        ).encode()

    def _authenticator_data(self, flags: int) -> bytes:
        flags |= _USER_PRESENT
        if self.user_verified:
            flags |= _USER_VERIFIED
        if self.synced:
            flags |= _BACKUP_ELIGIBLE | _BACKED_UP
        rp_id_hash = hashlib.sha256(self.rp_id.encode()).digest()
        return rp_id_hash + bytes([flags]) + self.sign_count.to_bytes(4, "big")

    def _cose_key(self) -> bytes:
        point = self.key.public_key().public_numbers()
        return (
            # {kty (1): EC2 (2), alg (3): ES256 (-7), crv (-1): P-256 (1), x (-2), y (-3)}
            b"\xa5\x01\x02\x03\x26\x20\x01\x21"
            + _cbor_bytes(point.x.to_bytes(32, "big"))
            + b"\x22"
            + _cbor_bytes(point.y.to_bytes(32, "big"))
        )


def _cbor_text(text: str) -> bytes:
    return bytes([0x60 + len(text)]) + text.encode()


def _cbor_bytes(raw: bytes) -> bytes:
    if len(raw) < 24:
        return bytes([0x40 + len(raw)]) + raw
    if len(raw) < 256:
        return b"\x58" + bytes([len(raw)]) + raw
    return b"\x59" + len(raw).to_bytes(2, "big") + raw
