"""AWS KMS: makes and unwraps the data keys of the keyring.

Only data keys travel; records never do. The encryption context is written in clear to the
vendor's trail, so callers put identifiers in it and nothing else.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from shared.keyring import KeysUnavailable

if TYPE_CHECKING:
    from types_boto3_kms import KMSClient

# A page waits for this call when a process meets a practice for the first time, so it gives up
# early. Making or unwrapping a key twice does no harm, hence one retry.
CLIENT_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"total_max_attempts": 2, "mode": "standard"},
)

# Everything the SDK raises for what the network or the vendor may do; KeyError is an answer that
# could be read and holds no key.
FAILURES = (ClientError, BotoCoreError, ResponseParserError, KeyError)

# Answers that will be the same tomorrow: the ciphertext, its context or the key is wrong.
REFUSALS = frozenset(
    {
        "AccessDeniedException",
        "DisabledException",
        "IncorrectKeyException",
        "InvalidCiphertextException",
        "InvalidKeyUsageException",
        "NotFoundException",
        "ValidationException",
    }
)


class KeysRefused(KeysUnavailable):
    """The key service answered and said no; asking again will not help."""


class KeySettings(Protocol):
    """The part of the settings this adapter reads."""

    @property
    def aws_region(self) -> str: ...
    @property
    def kms_key_id(self) -> str: ...


class KmsKey:
    """How everything begins that speaks of one KMS key: its name, and a client once it is asked."""

    def __init__(self, region: str, key_id: str) -> None:
        self._region = region
        self._key_id = key_id

    @cached_property
    def _client(self) -> KMSClient:
        return boto3.client("kms", region_name=self._region, config=CLIENT_CONFIG)


class KmsKeys(KmsKey):
    """Data keys from one KMS key (`BEDSIDE_KMS_KEY_ID`: id, alias or ARN)."""

    def __init__(self, settings: KeySettings) -> None:
        super().__init__(settings.aws_region, settings.kms_key_id)

    def generate(self, context: dict[str, str]) -> tuple[bytes, bytes, str]:
        """Return a new 256-bit key in clear, the same key wrapped, and the wrapping key's id.

        The context must be repeated exactly to unwrap it. Raises KeysUnavailable.
        """
        try:
            answer = self._client.generate_data_key(
                KeyId=self._key_id, KeySpec="AES_256", EncryptionContext=context
            )
            return answer["Plaintext"], answer["CiphertextBlob"], answer["KeyId"]
        except FAILURES as error:
            raise named_failure(error) from error

    def unwrap(self, wrapped: bytes, context: dict[str, str], key_id: str | None = None) -> bytes:
        """Return the clear key behind `wrapped`. Raises KeysUnavailable.

        `key_id` is the one `generate` returned; stating it refuses ciphertext that somebody
        else's key made. Without it the configured key is stated.
        """
        try:
            answer = self._client.decrypt(
                CiphertextBlob=wrapped,
                KeyId=key_id or self._key_id,
                EncryptionContext=context,
            )
            return answer["Plaintext"]
        except FAILURES as error:
            raise named_failure(error) from error

    def rewrap(self, wrapped: bytes, context: dict[str, str], key_id: str) -> tuple[bytes, str]:
        """The data key of `key_id` under the configured key, made inside the vendor.

        Returns it with the id of the key that wraps it now. Raises KeysUnavailable.
        """
        try:
            answer = self._client.re_encrypt(
                CiphertextBlob=wrapped,
                SourceKeyId=key_id,
                SourceEncryptionContext=context,
                DestinationKeyId=self._key_id,
                DestinationEncryptionContext=context,
            )
            return answer["CiphertextBlob"], answer["KeyId"]
        except FAILURES as error:
            raise named_failure(error) from error


def named_failure(error: Exception) -> KeysUnavailable:
    """What the SDK raised, as ours: the vendor's code and nothing else."""
    if not isinstance(error, ClientError):
        return KeysUnavailable(type(error).__name__)
    code = error.response.get("Error", {}).get("Code", "unknown")
    return KeysRefused(code) if code in REFUSALS else KeysUnavailable(code)
