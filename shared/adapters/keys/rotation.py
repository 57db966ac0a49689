"""AWS KMS: whether the key that wraps data keys turns itself, and whose account it is in."""

from __future__ import annotations

from typing import Any

from shared.adapters.keys.kms import FAILURES, KeySettings, KmsKey, named_failure


class KeyRotation(KmsKey):
    """Questions about one KMS key (`BEDSIDE_KMS_KEY_ID`: id, alias or ARN)."""

    def __init__(self, settings: KeySettings) -> None:
        super().__init__(settings.aws_region, settings.kms_key_id)

    def days(self) -> int | None:
        """Days between rotations, None when it is off. Raises KeysUnavailable."""
        try:
            # The status is told of an id, not of an alias.
            told = self._client.get_key_rotation_status(KeyId=self._key()["KeyId"])
        except FAILURES as error:
            raise named_failure(error) from error
        return told.get("RotationPeriodInDays") if told["KeyRotationEnabled"] else None

    def account(self) -> str:
        """Number of the account the key is in: ours. Raises KeysUnavailable."""
        arn = str(self._key()["Arn"])
        return arn.split(":")[4]

    def _key(self) -> Any:
        try:
            return self._client.describe_key(KeyId=self._key_id)["KeyMetadata"]
        except FAILURES as error:
            raise named_failure(error) from error
