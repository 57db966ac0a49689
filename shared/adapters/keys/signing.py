"""AWS KMS: signs checkpoints of the log with a key that never leaves it (ECDSA on P-256).

Only the worker's role may use the key; the web can neither sign nor see the private part. Anybody
may check a signature with the public part alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shared.adapters.keys.kms import FAILURES, KeysRefused, KmsKey, named_failure

ALGORITHM: Final = "ECDSA_SHA_256"
INVALID = "KMSInvalidSignatureException"
UNKNOWN = frozenset({"NotFoundException", "ValidationException"})


class SigningSettings(Protocol):
    """The part of the settings this adapter reads."""

    @property
    def aws_region(self) -> str: ...
    @property
    def signing_key_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature (DER) and the full name of the key that made it."""

    signature: bytes
    key_id: str


class KmsSigning(KmsKey):
    """One signing key (`BEDSIDE_SIGNING_KEY_ID`: id, alias or ARN) and its public parts."""

    def __init__(self, settings: SigningSettings) -> None:
        super().__init__(settings.aws_region, settings.signing_key_id)
        self._public: dict[str, bytes] = {}

    def sign(self, message: bytes) -> Signed:
        """Sign at most 4096 bytes. Raises KeysUnavailable."""
        try:
            answer = self._client.sign(
                KeyId=self._key_id,
                Message=message,
                MessageType="RAW",
                SigningAlgorithm=ALGORITHM,
            )
            return Signed(answer["Signature"], answer["KeyId"])
        except FAILURES as error:
            raise named_failure(error) from error

    def verify(self, message: bytes, signed: Signed) -> bool:
        """Whether KMS itself takes the signature for that key's. Raises KeysUnavailable."""
        try:
            answer = self._client.verify(
                KeyId=signed.key_id,
                Message=message,
                MessageType="RAW",
                Signature=signed.signature,
                SigningAlgorithm=ALGORITHM,
            )
            return answer["SignatureValid"]
        except FAILURES as error:
            failure = named_failure(error)
            if str(failure) == INVALID:
                return False
            raise failure from error

    def public_key(self, key_id: str = "") -> bytes:
        """The public part (DER, SubjectPublicKeyInfo), asked for once. Raises KeysUnavailable."""
        name = key_id or self._key_id
        if name not in self._public:
            try:
                self._public[name] = self._client.get_public_key(KeyId=name)["PublicKey"]
            except FAILURES as error:
                raise named_failure(error) from error
        return self._public[name]

    def public_pem(self, key_id: str = "") -> bytes:
        """The same as PEM, for a verifier outside."""
        loaded = serialization.load_der_public_key(self.public_key(key_id))
        return loaded.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def check(self, message: bytes, signed: Signed) -> bool:
        """As `verify`, with the public part here. A key that KMS does not know proves nothing."""
        try:
            public = serialization.load_der_public_key(self.public_key(signed.key_id))
        except KeysRefused as refused:
            if str(refused) in UNKNOWN:
                return False
            raise
        if not isinstance(public, ec.EllipticCurvePublicKey):
            return False
        try:
            public.verify(signed.signature, message, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True
