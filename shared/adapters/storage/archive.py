"""Amazon S3 with Object Lock: what is written here nobody can change or remove before its date.

The bucket belongs to another account; this program may put, read and list, never delete.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from shared.adapters.storage.s3 import CLIENT_CONFIG, AlreadyStored, StorageUnavailable

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

FAILURES = (BotoCoreError, ResponseParserError, KeyError)
TAKEN = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict"})
ABSENT = frozenset({"NoSuchKey", "404"})


class NotStored(Exception):
    """There is no such object."""


class ArchiveSettings(Protocol):
    """The part of the settings this adapter reads."""

    @property
    def aws_region(self) -> str: ...
    @property
    def archive_bucket(self) -> str: ...
    @property
    def kms_key_id(self) -> str: ...


class LockedArchive:
    """One bucket made with Object Lock; every practice's keys begin with its id."""

    def __init__(self, settings: ArchiveSettings) -> None:
        self._region = settings.aws_region
        self._bucket = settings.archive_bucket
        self._key_id = settings.kms_key_id

    @cached_property
    def _client(self) -> S3Client:
        return boto3.client("s3", region_name=self._region, config=CLIENT_CONFIG)

    def put(self, key: str, body: bytes, *, content_type: str, keep_until: datetime) -> None:
        """Store once, locked for everybody until `keep_until` (aware).

        Raises AlreadyStored when the key is taken, StorageUnavailable.
        """
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ContentType=content_type,
                IfNoneMatch="*",
                ObjectLockMode="COMPLIANCE",
                ObjectLockRetainUntilDate=keep_until,
                ServerSideEncryption="aws:kms",
                SSEKMSKeyId=self._key_id,
            )
        except ClientError as error:
            code = _code(error)
            if code in TAKEN:
                raise AlreadyStored(key) from error
            raise StorageUnavailable(code) from error
        except FAILURES as error:
            raise StorageUnavailable(type(error).__name__) from error

    def get(self, key: str) -> bytes:
        """The object's bytes. Raises NotStored, StorageUnavailable."""
        try:
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as error:
            code = _code(error)
            if code in ABSENT:
                raise NotStored(key) from error
            raise StorageUnavailable(code) from error
        except FAILURES as error:
            raise StorageUnavailable(type(error).__name__) from error

    def keys(self, prefix: str) -> Iterator[str]:
        """Every key below `prefix`, in order. Raises StorageUnavailable."""
        pages = self._client.get_paginator("list_objects_v2")
        try:
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
                for entry in page.get("Contents", []):
                    yield entry["Key"]
        except ClientError as error:
            raise StorageUnavailable(_code(error)) from error
        except FAILURES as error:
            raise StorageUnavailable(type(error).__name__) from error

    def locked_until(self, key: str) -> datetime | None:
        """Until when the object is locked; None when it is not. Raises as `get` does."""
        try:
            head = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            code = _code(error)
            if code in ABSENT:
                raise NotStored(key) from error
            raise StorageUnavailable(code) from error
        except FAILURES as error:
            raise StorageUnavailable(type(error).__name__) from error
        if head.get("ObjectLockMode") != "COMPLIANCE":
            return None
        return head.get("ObjectLockRetainUntilDate")


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "unknown")
