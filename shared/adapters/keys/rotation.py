"""AWS KMS: whether the key that wraps data keys turns itself, and whose account it is in."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3

from shared.adapters.keys.kms import CLIENT_CONFIG, FAILURES, KeySettings, named_failure

if TYPE_CHECKING:
    from types_boto3_kms import KMSClient


class KeyRotation:
    """Questions about one KMS key (`BEDSIDE_KMS_KEY_ID`: id, alias or ARN)."""

    def __init__(self, settings: KeySettings) -> None:
        self._region = settings.aws_region
        self._key_id = settings.kms_key_id

    @cached_property
    def _client(self) -> KMSClient:
        return boto3.client("kms", region_name=self._region, config=CLIENT_CONFIG)

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
